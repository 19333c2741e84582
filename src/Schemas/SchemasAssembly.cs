namespace Sluice.Schemas;

internal static class SchemasAssembly;

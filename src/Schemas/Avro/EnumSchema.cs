namespace Sluice.Schemas.Avro;

/// <summary>One of a list of symbols, written as its index.</summary>
internal sealed class EnumSchema(SchemaName name, SchemaName[] aliases, string[] symbols, int? defaultIndex) : NamedSchema(SchemaKind.Enum, name, aliases)
{
    /// <summary>The symbols, in the order of their index on the wire.</summary>
    public IReadOnlyList<string> Symbols { get; } = symbols;

    /// <summary>Index of the symbol that a reader takes for one that it does not know; null where the schema gives none.</summary>
    public int? Default { get; } = defaultIndex;

    /// <summary>Index of <paramref name="symbol"/>, or -1.</summary>
    public int IndexOf(string symbol) => Array.IndexOf(symbols, symbol);
}

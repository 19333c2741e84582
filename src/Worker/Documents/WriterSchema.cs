using Sluice.Worker.Documents.Avro;
using Sluice.Worker.Documents.Paths;

namespace Sluice.Worker.Documents;

/// <summary>What one writer schema means to the configured fields: how to find them, or why that is impossible. Immutable.</summary>
internal sealed class WriterSchema
{
    private WriterSchema(Projection? projection, Rejection? rejection) => (Projection, Rejection) = (projection, rejection);

    /// <summary>
    /// Finds the fields in the order of the paths; an id, or another path that may be absent, which the schema has not is missing in each
    /// document. Null exactly when there is a <see cref="Rejection"/>.
    /// </summary>
    public Projection? Projection { get; }

    /// <summary>Why no document of this schema can be read.</summary>
    public Rejection? Rejection { get; }

    /// <param name="id">The registry's id, for messages.</param>
    /// <param name="text">The schema.</param>
    /// <param name="paths">The wanted paths.</param>
    public static WriterSchema Compile(int id, string text, IReadOnlyList<WantedPath> paths)
    {
        try
        {
            return new WriterSchema(Projection.Compile(SchemaReader.Read(text), paths), null);
        }
        catch (AvroSchemaException e)
        {
            return new WriterSchema(null, new Rejection(RejectionReason.SchemaMismatch, $"schema {id}: {e.Message}"));
        }
    }
}

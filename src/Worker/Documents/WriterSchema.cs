using Sluice.Worker.Documents.Avro;

namespace Sluice.Worker.Documents;

/// <summary>What one writer schema means to the configured fields: how to find them, or why that is impossible. Immutable.</summary>
internal sealed class WriterSchema
{
    private WriterSchema(Projection? projection, bool hasId, Rejection? rejection) =>
        (Projection, HasId, Rejection) = (projection, hasId, rejection);

    /// <summary>
    /// Finds the text fields in their order, then the id field when the schema has it. Null exactly when there is a
    /// <see cref="Rejection"/>.
    /// </summary>
    public Projection? Projection { get; }

    /// <summary>The last slot of <see cref="Projection"/> is the id.</summary>
    public bool HasId { get; }

    /// <summary>Why no document of this schema can be read.</summary>
    public Rejection? Rejection { get; }

    public static WriterSchema Compile(int id, string text, InputOptions options, IReadOnlyList<string>? referenced = null)
    {
        try
        {
            WriterType schema = SchemaReader.Read(text, referenced ?? []);
            Projection texts = Projection.Compile(schema, options.TextFields);
            Projection? withId = options.IdField.Length > 0 ? TryCompile(schema, [.. options.TextFields, options.IdField]) : null;
            return new WriterSchema(withId ?? texts, withId is not null, null);
        }
        catch (AvroSchemaException e)
        {
            return new WriterSchema(null, false, new Rejection(RejectionReason.SchemaMismatch, $"schema {id}: {e.Message}"));
        }
    }

    private static Projection? TryCompile(WriterType schema, string[] paths)
    {
        try
        {
            return Projection.Compile(schema, paths);
        }
        catch (AvroSchemaException) // the texts alone compiled, so the id is what this schema lacks: the key stands for it
        {
            return null;
        }
    }
}

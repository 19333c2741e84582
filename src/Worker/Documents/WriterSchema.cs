using Sluice.Worker.Documents.Avro;
using Sluice.Worker.Documents.Envelopes;
using Sluice.Worker.Wording;

namespace Sluice.Worker.Documents;

/// <summary>What one writer schema means to the configured fields: how to find them, or why that is impossible. Immutable.</summary>
internal sealed class WriterSchema
{
    private WriterSchema(Projection? projection, bool hasId, Rejection? rejection, AvroChange? change = null) =>
        (Projection, HasId, Rejection, Change) = (projection, hasId, rejection, change);

    /// <summary>
    /// Finds the text fields in their order, then the id field when the schema has it. Null exactly when there is a
    /// <see cref="Rejection"/>, or <see cref="Change"/> says that no value of this schema is a document.
    /// </summary>
    public Projection? Projection { get; }

    /// <summary>The last slot of <see cref="Projection"/> is the id.</summary>
    public bool HasId { get; }

    /// <summary>Why no document of this schema can be read.</summary>
    public Rejection? Rejection { get; }

    /// <summary>Tells change events apart, where documents are rows in them; null where values are documents as they are.</summary>
    public AvroChange? Change { get; }

    public static WriterSchema Compile(SchemaId id, string text, InputOptions options)
    {
        try
        {
            WriterType schema = SchemaReader.Read(text);
            AvroChange? change = options.Envelope == InputEnvelope.Debezium ? AvroChange.Of(schema) : null;
            if (change is { Always: not ChangeKind.Row })
                return new WriterSchema(null, false, change.Always == ChangeKind.NoChange ? NoChange(id, schema) : null, change);
            if (change is not null) options = options.Inside(ChangeFields.After);
            Projection texts = Projection.Compile(schema, options.TextFields);
            Projection? withId = options.IdField.Length > 0 ? TryCompile(schema, [.. options.TextFields, options.IdField]) : null;
            return new WriterSchema(withId ?? texts, withId is not null, null, change);
        }
        catch (AvroSchemaException e)
        {
            return new WriterSchema(null, false, new Rejection(RejectionReason.SchemaMismatch, $"schema {id}: {e.Message}"));
        }
    }

    private static Rejection NoChange(SchemaId id, WriterType schema) => new(RejectionReason.EnvelopeMismatch,
        $"schema {id}: {ForeignText.OneLine(AvroNames.Of(schema.Root))} is no change event of Debezium, for it has no fields op and after; "
        + EnvelopeContent.WayOut);

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

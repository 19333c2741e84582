using Sluice.Worker.Documents.Avro;
using Sluice.Worker.Documents.Envelopes;
using Sluice.Worker.Documents.Paths;
using Sluice.Worker.Documents.Registry;
using Sluice.Worker.Wording;

namespace Sluice.Worker.Documents;

/// <summary>What one writer schema means to the configured fields: how to find them, or why that is impossible. Immutable.</summary>
internal sealed class WriterSchema
{
    private static readonly WayOut Mend = new("register a schema as Avro's specification has it, and write with that one", likely: null),
        Smaller = new("have the producer write with a smaller or flatter schema", likely: null);

    private const long Least = 1024;

    private WriterSchema(Projection? projection, Rejection? rejection, AvroChange? change = null) =>
        (Projection, Rejection, Change) = (projection, rejection, change);

    /// <summary>
    /// Finds the fields in the order of the paths; an id, or another path that may be absent, which the schema has not is missing in each
    /// document. Null exactly when there is a <see cref="Rejection"/>, or <see cref="Change"/> says that no value of this schema is a
    /// document.
    /// </summary>
    public Projection? Projection { get; }

    /// <summary>About what it takes in memory.</summary>
    public long Bytes { get; private init; } = Least;

    /// <summary>Why no document of this schema can be read.</summary>
    public Rejection? Rejection { get; }

    /// <summary>Tells change events apart, where documents are rows in them; null where values are documents as they are.</summary>
    public AvroChange? Change { get; }

    /// <param name="id">As the writer names the schema, for messages.</param>
    /// <param name="text">The schema.</param>
    /// <param name="paths">The wanted paths, from the top of a value.</param>
    /// <param name="envelope">What stands around the document.</param>
    /// <param name="referenced">The schemas that it refers to, each behind those that it refers to itself.</param>
    public static WriterSchema Compile(SchemaId id, string text, IReadOnlyList<WantedPath> paths,
        InputEnvelope envelope = InputEnvelope.None, IReadOnlyList<string>? referenced = null)
    {
        WriterType schema;
        try
        {
            schema = SchemaReader.Read(text, referenced ?? []);
        }
        catch (AvroSchemaException e)
        {
            return new WriterSchema(null, new Rejection(RejectionReason.SchemaMismatch, $"schema {id}: {e.Message}",
                e.IsLimit ? Smaller : Mend));
        }

        try
        {
            AvroChange? change = envelope == InputEnvelope.Debezium ? AvroChange.Of(schema) : null;
            if (change is { Always: not ChangeKind.Row })
                return new WriterSchema(null, change.Always == ChangeKind.NoChange ? NoChange(id, schema) : null, change);
            Projection projection = Projection.Compile(schema, paths);
            // What tells change events apart holds types, which take some times their text.
            long ofChange = change is null ? 0 : 8 * (text.Length + (referenced ?? []).Sum(other => (long)other.Length));
            return new WriterSchema(projection, null, change) { Bytes = Least + projection.Bytes + ofChange };
        }
        catch (AvroSchemaException e)
        {
            WayOut? wayOut = envelope == InputEnvelope.None && AvroChange.HasRows(schema) ? EnvelopeContent.IsDebezium
                : e.IsLimit ? Smaller : null;
            return new WriterSchema(null, new Rejection(RejectionReason.SchemaMismatch, $"schema {id}: {e.Message}", wayOut));
        }
    }

    private static Rejection NoChange(SchemaId id, WriterType schema) => new(RejectionReason.EnvelopeMismatch,
        $"schema {id}: {ForeignText.OneLine(AvroNames.Of(schema.Root))} is no change event of Debezium, for it has no fields op and after",
        EnvelopeContent.NoEnvelope);
}

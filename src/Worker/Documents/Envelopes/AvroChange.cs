using System.Diagnostics.CodeAnalysis;
using Avro;
using Sluice.Worker.Documents.Avro;
using SchemaType = Avro.Schema.Type;

namespace Sluice.Worker.Documents.Envelopes;

/// <summary>Tells the change events of one writer's schema apart. Immutable and thread-safe.</summary>
/// <remarks>
/// An event's fields are passed over in runs that end where the operation or the row stands: four at most, so that what is compiled is
/// bounded as any projection is. Allocates nothing unless it fails.
/// </remarks>
internal sealed class AvroChange
{
    private readonly Run[] _runs;

    private AvroChange(ChangeKind always, Run[] runs) => (Always, _runs) = (always, runs);

    /// <summary>Fields of the event that are passed over at once.</summary>
    /// <param name="Skip">Passes over them; null where the operation stands.</param>
    /// <param name="Row">The type of the first one, where that is the row; else null.</param>
    private readonly record struct Run(Projection? Skip, Schema? Row);

    /// <summary>What every value of the schema is; <see cref="ChangeKind.Row"/> where each says for itself.</summary>
    public ChangeKind Always { get; }

    /// <summary>Whether values of a schema are rows in change events, whatever is configured.</summary>
    public static bool HasRows(WriterType schema) => schema.Root is RecordSchema root && KindOf(root) == ChangeKind.Row;

    /// <summary>Looks at the fields that the schema has.</summary>
    /// <exception cref="AvroSchemaException">It takes more steps to pass over than are allowed.</exception>
    public static AvroChange Of(WriterType schema)
    {
        ChangeKind kind = schema.Root is RecordSchema root ? KindOf(root) : ChangeKind.NoChange;
        return new AvroChange(kind, kind == ChangeKind.Row ? RunsOf(schema, (RecordSchema)schema.Root) : []);
    }

    /// <summary>Says what a value is.</summary>
    /// <param name="payload">One value of the schema and nothing after it; not read where all values of the schema are the same.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="failure">Why the payload does not fit the schema.</param>
    public bool TryRead(ReadOnlySpan<byte> payload, out ChangeKind kind, [NotNullWhen(false)] out DecodeFailure? failure)
    {
        (kind, failure) = (Always, null);
        if (_runs.Length == 0) return true;
        int at = 0;
        bool hasRow = true;
        foreach (Run run in _runs)
        {
            ReadOnlySpan<byte> rest = payload[at..];
            if (run.Row is not null) hasRow = !IsNull(run.Row, rest);
            int length;
            bool passed = run.Skip is null
                ? TryReadOperation(rest, ref kind, out length, out DecodeFailure? inside)
                : run.Skip.TryReadFirst(rest, [], out length, out inside);
            if (!passed)
            {
                failure = inside! with { Offset = at + inside!.Offset };
                return false;
            }

            at += length;
        }

        if (at < payload.Length) failure = new DecodeFailure(at, "", $"{payload.Length - at} bytes follow the value");
        else if (kind == ChangeKind.Row && !hasRow) kind = ChangeKind.RowMissing;
        return failure is null;
    }

    private static ChangeKind KindOf(RecordSchema root)
    {
        bool hasOperation = root.TryGetField(ChangeFields.Operation, out Field operation) && operation.Schema.Tag == SchemaType.String;
        if (hasOperation && root.Contains(ChangeFields.After)) return ChangeKind.Row;
        if (hasOperation && root.Contains(ChangeFields.Message)) return ChangeKind.Message;
        if (ChangeFields.OfSchemaChange.All(root.Contains)) return ChangeKind.SchemaChange;
        if (ChangeFields.OfTransaction.All(root.Contains)) return ChangeKind.Transaction;
        bool isTimeAlone = root.Count > 0 && root.Fields.All(field =>
            field.Name is ChangeFields.Milliseconds or ChangeFields.Microseconds or ChangeFields.Nanoseconds);
        return isTimeAlone ? ChangeKind.Heartbeat : ChangeKind.NoChange;
    }

    private static Run[] RunsOf(WriterType schema, RecordSchema root)
    {
        List<Run> runs = [];
        List<Field> fields = [];
        foreach (Field field in root.Fields)
        {
            if (field.Name is ChangeFields.Operation or ChangeFields.After) End();
            if (field.Name == ChangeFields.Operation) runs.Add(default);
            else fields.Add(new Field(field.Schema, field.Name, fields.Count));
        }

        End();
        return [.. runs];

        void End()
        {
            if (fields.Count == 0) return;
            RecordSchema part = RecordSchema.Create(root.Name, [], root.Namespace);
            part.Fields = fields;
            string[] nothing = [];
            Projection skip = Projection.Compile(schema with { Root = part }, nothing);
            runs.Add(new Run(skip, fields[0].Name == ChangeFields.After ? fields[0].Schema : null));
            fields = [];
        }
    }

    private static bool TryReadOperation(ReadOnlySpan<byte> bytes, ref ChangeKind kind, out int length, out DecodeFailure? failure)
    {
        AvroReader reader = new(bytes);
        bool read = reader.TryReadText(out ReadOnlySpan<byte> operation);
        if (read) kind = ChangeFields.KindOf(operation);
        else reader.Trail.InField(ChangeFields.Operation);
        (length, failure) = (reader.Position, read ? null : reader.Failure);
        return read;
    }

    // Whether the value that the bytes begin with is null; not where they end before that can be told.
    private static bool IsNull(Schema schema, ReadOnlySpan<byte> bytes) => schema.Tag == SchemaType.Null
        || (schema is UnionSchema union && new AvroReader(bytes).TryReadIndex(union.Count, "union branch", out int branch)
            && union[branch].Tag == SchemaType.Null);
}

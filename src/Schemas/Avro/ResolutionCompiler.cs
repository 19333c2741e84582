namespace Sluice.Schemas.Avro;

/// <summary>Pairs two schemas, type by type. Records are paired once and filled from a queue, so neither recursion nor a long chain of references costs stack.</summary>
internal sealed class ResolutionCompiler
{
    private readonly Dictionary<(RecordSchema Writer, RecordSchema Reader), ResolvedRecord> _records = [];
    private readonly Queue<(RecordSchema Writer, RecordSchema Reader)> _toFill = [];
    private readonly Dictionary<(EnumSchema Writer, EnumSchema Reader), ResolvedEnum> _enums = [];

    public Resolved Compile(Schema writer, Schema reader)
    {
        Resolved root = Pair(writer, reader);
        while (_toFill.TryDequeue(out (RecordSchema Writer, RecordSchema Reader) pair))
            Fill(_records[pair], pair.Writer, pair.Reader);
        return root;
    }

    /// <param name="writer">What the payload holds.</param>
    /// <param name="reader">What the value becomes.</param>
    /// <param name="isBranch">Whether <paramref name="writer"/> is a branch of a union, whose index took a byte.</param>
    private Resolved Pair(Schema writer, Schema reader, bool isBranch = false)
    {
        if (writer is UnionSchema union) return new ResolvedUnion([.. union.Branches.Select(branch => Pair(branch, reader, isBranch: true))]);
        if (reader is UnionSchema choices)
        {
            int choice = Choose(writer, choices);
            return choice < 0 ? Mismatch(writer, reader) : new ResolvedBranch(choice, Pair(writer, choices.Branches[choice], isBranch));
        }

        if (!Matches(writer, reader)) return Mismatch(writer, reader);
        return (writer, reader) switch
        {
            (RecordSchema from, RecordSchema to) => PairRecords(from, to),
            (EnumSchema from, EnumSchema to) => PairEnums(from, to),
            (FixedSchema from, _) => new ResolvedFixed(from.Size),
            (ArraySchema from, ArraySchema to) => new ResolvedArray(Pair(from.Items, to.Items)),
            (MapSchema from, MapSchema to) => new ResolvedMap(Pair(from.Values, to.Values)),
            _ => isBranch && writer.Kind == SchemaKind.Null ? new ResolvedNullBranch() : new ResolvedScalar(writer.Kind, reader.Kind),
        };
    }

    /// <summary>The reader's branch for a value of <paramref name="writer"/>: of the very type if there is one, else the first that fits; or -1.</summary>
    private static int Choose(Schema writer, UnionSchema choices)
    {
        int first = -1;
        for (int i = choices.Branches.Count - 1; i >= 0; i--)
        {
            if (choices.Branches[i].TypeName == writer.TypeName && Matches(writer, choices.Branches[i])) return i;
            if (Matches(writer, choices.Branches[i])) first = i;
        }

        return first;
    }

    /// <summary>Whether the two fit by type and name; what is inside them is paired later.</summary>
    private static bool Matches(Schema writer, Schema reader) => (writer, reader) switch
    {
        (RecordSchema from, RecordSchema to) => to.Accepts(from),
        (EnumSchema from, EnumSchema to) => to.Accepts(from),
        (FixedSchema from, FixedSchema to) => to.Accepts(from) && from.Size == to.Size,
        (NamedSchema, _) or (_, NamedSchema) => false,
        _ => ResolvedScalar.Promotes(writer.Kind, reader.Kind),
    };

    private static ResolvedMismatch Mismatch(Schema writer, Schema reader) =>
        new(writer is FixedSchema from && reader is FixedSchema to && to.Accepts(from)
            ? $"the writer's fixed {writer} has {from.Size} bytes, the reader's {to.Size}"
            : $"the writer's {writer} cannot be read as the reader's {reader}");

    private ResolvedEnum PairEnums(EnumSchema writer, EnumSchema reader)
    {
        if (!_enums.TryGetValue((writer, reader), out ResolvedEnum? resolved)) _enums.Add((writer, reader), resolved = new ResolvedEnum(writer, reader));
        return resolved;
    }

    private ResolvedRecord PairRecords(RecordSchema writer, RecordSchema reader)
    {
        if (_records.TryGetValue((writer, reader), out ResolvedRecord? resolved)) return resolved;
        _records.Add((writer, reader), resolved = new ResolvedRecord());
        _toFill.Enqueue((writer, reader));
        return resolved;
    }

    private void Fill(ResolvedRecord resolved, RecordSchema writer, RecordSchema reader)
    {
        RecordField?[] targets = Targets(writer, reader);
        var fields = new List<ResolvedRecord.Field>(writer.Fields.Count);
        foreach (RecordField field in writer.Fields)
            fields.Add(targets[field.Position] is { } target ? new(field.Name, Pair(field.Type, target.Type), target.Position) : new(field.Name, Pair(field.Type, field.Type), -1));
        var defaults = new List<(int, AvroValue)>();
        foreach (RecordField field in reader.Fields.Except(targets.OfType<RecordField>()))
        {
            if (field.Default is AvroValue value) defaults.Add((field.Position, value));
            else fields.Insert(0, new(field.Name, new ResolvedMismatch($"the writer's {writer} lacks the field, and the reader's {reader} has no default for it"), -1));
        }

        resolved.Complete([.. fields], [.. defaults], reader.Fields.Count);
    }

    /// <summary>For each of the writer's fields the reader's field of its name, or else the one that has it as an alias.</summary>
    private static RecordField?[] Targets(RecordSchema writer, RecordSchema reader)
    {
        var targets = new RecordField?[writer.Fields.Count];
        foreach (RecordField field in reader.Fields)
            if (writer.Find(field.Name) is { } same) targets[same.Position] = field;
        foreach (RecordField field in reader.Fields.Where(f => writer.Find(f.Name) is null))
            if (field.Aliases.Select(writer.Find).FirstOrDefault(f => f is not null && targets[f.Position] is null) is { } former) targets[former.Position] = field;
        return targets;
    }
}

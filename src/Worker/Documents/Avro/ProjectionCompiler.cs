using System.Diagnostics;
using System.Runtime.CompilerServices;
using Avro;
using Sluice.Worker.Documents.Paths;
using SchemaType = Avro.Schema.Type;

namespace Sluice.Worker.Documents.Avro;

/// <summary>
/// Writer schema and wanted fields to steps. A record is laid out once for what is wanted in it, as steps to call, wherever the schema
/// refers to it: in line, a union of many records that refer to one would multiply its steps.
/// </summary>
/// <param name="writer">The writer's schema.</param>
/// <param name="checksAll">Of what is skipped, text is checked to be UTF-8 and a boolean to be 0 or 1.</param>
internal sealed class ProjectionCompiler(WriterType writer, bool checksAll)
{
    private readonly List<ProjectionStep> _steps = [];
    private readonly List<string?> _paths = [];
    private readonly List<int> _targets = [];
    private readonly List<string[]> _enums = [];
    private readonly Dictionary<EnumSchema, int> _knownEnums = new(ReferenceEqualityComparer.Instance);
    private readonly List<LogicalType> _logical = [];
    private readonly List<EntrySteps> _entries = [];
    private readonly Dictionary<Block, int> _calls = [];
    private readonly Queue<Block> _toWrite = [];
    private int _label;

    // By reference: Apache.Avro compares whole schemas.
    private readonly record struct Block(RecordSchema Record, WantedField? Wanted)
    {
        public bool Equals(Block other) => ReferenceEquals(Record, other.Record) && ReferenceEquals(Wanted, other.Wanted);

        public override int GetHashCode() => HashCode.Combine(RuntimeHelpers.GetHashCode(Record), RuntimeHelpers.GetHashCode(Wanted));
    }

    public ProjectionProgram Compile(WantedField wanted)
    {
        if (writer.Root is RecordSchema root) EmitFields(root, wanted);
        else Emit(writer.Root, wanted, null);
        Add(StepKind.Return, null);
        var starts = new Dictionary<int, int>();
        while (_toWrite.TryDequeue(out Block block))
        {
            starts[_calls[block]] = _label = _steps.Count;
            EmitFields(block.Record, block.Wanted);
            Add(StepKind.Return, null);
        }

        for (int i = 0; i < _steps.Count; i++)
            if (_steps[i].Kind == StepKind.Call) _steps[i] = _steps[i] with { Operand = starts[_steps[i].Operand] };
        return new ProjectionProgram([.. _steps], [.. _paths], [.. _targets], [.. _enums], [.. _logical], [.. _entries]);
    }

    private void EmitFields(RecordSchema record, WantedField? wanted)
    {
        foreach (Field field in record.Fields)
        {
            string name = AvroNames.Original(field.Name);
            Emit(field.Schema, wanted?.Child(name), name);
        }
    }

    private void Emit(Schema schema, WantedField? wanted, string? path)
    {
        switch (schema)
        {
            case UnionSchema union:
                EmitUnion(union, wanted, path);
                break;
            case RecordSchema record when wanted is not null && PathTarget.IsOnTheWay(record, wanted):
                Add(StepKind.Call, path, CallOf(new Block(record, wanted)));
                break;
            case ArraySchema array when wanted?.Elements is { } each && writer.Use.WithoutBytes(array.ItemSchema).Values == 0:
                EmitBlocks(array.ItemSchema, each, hasKeys: false, path);
                break;
            case MapSchema map when wanted is { HasEntries: true }:
                EmitEntries(map.ValueSchema, wanted, path);
                break;
            default:
                // A branch of a union may be of a type that is no text, where another one is.
                if (wanted is { Slots: [int slot, ..] } && PathTarget.IsTaken(schema, wanted.TakesScalars))
                {
                    EmitTake(schema, slot, path);
                    if (wanted.IsThroughMany) Add(StepKind.Join, path, slot);
                }
                else
                {
                    EmitSkip(schema, path);
                }

                break;
        }
    }

    private void EmitTake(Schema schema, int slot, string? path)
    {
        switch (schema)
        {
            case FixedSchema @fixed:
                Add(StepKind.TakeFixed, path, slot, @fixed.Size);
                break;
            case EnumSchema @enum:
                Add(StepKind.TakeEnum, path, slot, IndexOf(@enum));
                break;
            default:
                StepKind kind = schema.Tag switch
                {
                    SchemaType.String => StepKind.TakeText,
                    SchemaType.Bytes => StepKind.TakeBytes,
                    SchemaType.Int => StepKind.TakeInt,
                    SchemaType.Long => StepKind.TakeLong,
                    SchemaType.Boolean => StepKind.TakeBoolean,
                    SchemaType.Float => StepKind.TakeFloat,
                    SchemaType.Double => StepKind.TakeDouble,
                    var tag => throw new UnreachableException($"A value of type {tag} is no text. This is a bug."),
                };
                Add(kind, path, slot);
                break;
        }

        if (!writer.Logical.TryGetValue(schema, out LogicalType? logical)) return;
        Add(StepKind.Logical, path, slot, _logical.Count);
        _logical.Add(logical);
    }

    private int IndexOf(EnumSchema @enum)
    {
        if (_knownEnums.TryGetValue(@enum, out int known)) return known;
        _enums.Add([.. @enum.Symbols.Select(AvroNames.Original)]);
        _knownEnums.Add(@enum, _enums.Count - 1);
        return _enums.Count - 1;
    }

    private void EmitSkip(Schema schema, string? path)
    {
        switch (schema)
        {
            case ArraySchema array when writer.Use.WithoutBytes(array.ItemSchema) is ( > 0 and int values, int levels):
                Add(StepKind.EmptyBlocks, path, values, levels);
                break;
            case ArraySchema array:
                EmitBlocks(array.ItemSchema, null, hasKeys: false, path);
                break;
            case MapSchema map:
                EmitBlocks(map.ValueSchema, null, hasKeys: true, path);
                break;
            case RecordSchema record when writer.Use.WithoutBytes(record) is ( > 0 and int values, int levels):
                Add(StepKind.Nothing, path, values, levels);
                break;
            case RecordSchema record:
                Add(StepKind.Call, path, CallOf(new Block(record, null)));
                break;
            case FixedSchema @fixed:
                SkipBytes(@fixed.Size, path);
                break;
            case EnumSchema @enum:
                Add(StepKind.SkipEnum, path, extra: @enum.Count);
                break;
            default:
                EmitSkipPrimitive(schema.Tag, path);
                break;
        }
    }

    private void EmitSkipPrimitive(SchemaType kind, string? path)
    {
        switch (kind)
        {
            case SchemaType.Null:
                break;
            case SchemaType.Boolean when checksAll:
                Add(StepKind.SkipBoolean, path);
                break;
            case SchemaType.Boolean:
                SkipBytes(1, path);
                break;
            case SchemaType.Float:
                SkipBytes(sizeof(float), path);
                break;
            case SchemaType.Double:
                SkipBytes(sizeof(double), path);
                break;
            case SchemaType.Int:
                Add(StepKind.SkipInt, path);
                break;
            case SchemaType.Long:
                Add(StepKind.SkipLong, path);
                break;
            case SchemaType.String:
                Add(SkipText, path);
                break;
            case SchemaType.Bytes:
                Add(StepKind.SkipSized, path);
                break;
            default:
                throw new UnreachableException($"A value of type {kind} is not passed over. This is a bug.");
        }
    }

    private StepKind SkipText => checksAll ? StepKind.SkipText : StepKind.SkipSized;

    private void EmitUnion(UnionSchema union, WantedField? wanted, string? path)
    {
        int first = _targets.Count;
        Add(StepKind.Union, path, first, union.Count);
        _targets.AddRange(new int[union.Count]);
        var ends = new List<int>();
        for (int branch = 0; branch < union.Count; branch++)
        {
            Schema schema = union[branch];
            _targets[first + branch] = _label = _steps.Count;
            if (schema.Tag == SchemaType.Null)
                EmitNulls(wanted, path);
            else
                Emit(schema, wanted, path);
            ends.Add(_steps.Count);
            Add(StepKind.Jump, path);
        }

        _label = _steps.Count;
        foreach (int end in ends) _steps[end] = new ProjectionStep(StepKind.Jump, _label);
        for (int i = first; i < first + union.Count; i++)
            if (_steps[_targets[i]].Kind == StepKind.Jump) _targets[i] = _label;
    }

    // Texts that are joined have no null among them.
    private void EmitNulls(WantedField? wanted, string? path)
    {
        if (wanted is null) return;
        foreach (int slot in wanted.Within)
            if (!wanted.Joined.Contains(slot)) Add(StepKind.TakeNull, path, slot);
    }

    private void EmitBlocks(Schema items, WantedField? each, bool hasKeys, string? path)
    {
        int at = _steps.Count;
        Add(StepKind.Blocks, path);
        _label = _steps.Count;
        if (hasKeys) Add(SkipText, null);
        Emit(items, each, null);
        Add(StepKind.Return, null);
        _label = _steps.Count;
        _steps[at] = new ProjectionStep(StepKind.Blocks, at + 1, _label);
    }

    private void EmitEntries(Schema values, WantedField wanted, string? path)
    {
        int at = _steps.Count;
        Add(StepKind.Entries, path);
        NamedField[] named = [.. wanted.Named];
        int[] bodies = [.. named.Select(entry => EmitBody(values, entry.Field))];
        EntrySteps entries = new([.. named.Select(entry => entry.Utf8)], bodies, EmitBody(values, wanted.Values),
            wanted.Values is not null);
        _label = _steps.Count;
        _steps[at] = new ProjectionStep(StepKind.Entries, _entries.Count, _label);
        _entries.Add(entries);
    }

    private int EmitBody(Schema schema, WantedField? wanted)
    {
        int start = _label = _steps.Count;
        Emit(schema, wanted, null);
        Add(StepKind.Return, null);
        return start;
    }

    private int CallOf(Block block)
    {
        if (_calls.TryGetValue(block, out int call)) return call;
        _calls.Add(block, _calls.Count);
        _toWrite.Enqueue(block);
        return _calls.Count - 1;
    }

    // Neighbours become one step, unless something jumps in between.
    private void SkipBytes(int bytes, string? path)
    {
        if (bytes == 0) return;
        int last = _steps.Count - 1;
        if (last >= _label && _steps[last].Kind == StepKind.SkipBytes && (long)_steps[last].Operand + bytes <= int.MaxValue)
            _steps[last] = _steps[last] with { Operand = _steps[last].Operand + bytes };
        else
            Add(StepKind.SkipBytes, path, bytes);
    }

    private void Add(StepKind kind, string? path, int operand = 0, int extra = 0)
    {
        if (_steps.Count == AvroLimits.ProjectionSteps)
            throw new AvroSchemaException(
                $"The schema takes more than {AvroLimits.ProjectionSteps} steps to read; write with a smaller one.", isLimit: true);
        _steps.Add(new ProjectionStep(kind, operand, extra));
        _paths.Add(path);
    }
}

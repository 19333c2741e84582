using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;
using Sluice.Worker.Documents.Paths;

namespace Sluice.Worker.Documents.Avro;

/// <summary>One run of a projection's steps over one payload.</summary>
internal ref struct ProjectionRun(ProjectionProgram program, ReadOnlySpan<byte> payload, Span<FieldSlice> fields, JoinedTexts? joined)
{
    private readonly ProjectionStep[] _steps = program.Steps;
    private readonly Span<FieldSlice> _fields = fields;
    private AvroReader _reader = new(payload);
    private long _withoutBytes;

    /// <summary>Runs all steps; false with the failure when the payload does not fit or goes on after them.</summary>
    public bool TryReadWhole([NotNullWhen(false)] out DecodeFailure? failure)
    {
        bool read = Run(0, 0) && (_reader.Remaining == 0 || _reader.Fail(_reader.Position, $"{_reader.Remaining} bytes follow the value"));
        failure = read ? null : _reader.Failure;
        return read;
    }

    /// <summary>Runs all steps; false with the failure when the payload does not begin with a value.</summary>
    public bool TryReadFirst(out int length, [NotNullWhen(false)] out DecodeFailure? failure)
    {
        bool read = Run(0, 0);
        (length, failure) = (_reader.Position, read ? null : _reader.Failure);
        return read;
    }

    private bool Run(int at, int depth)
    {
        for (; ; at++)
        {
            ProjectionStep step = _steps[at];
            bool done;
            int start = _reader.Position;
            switch (step.Kind)
            {
                case StepKind.Return:
                    return true;
                case StepKind.Jump:
                    at = step.Operand - 1;
                    continue;
                case StepKind.SkipBytes:
                    done = _reader.TryReadFixed(step.Operand, out _);
                    break;
                case StepKind.SkipBoolean:
                    done = _reader.TryReadBoolean();
                    break;
                case StepKind.SkipInt:
                    done = _reader.TryReadInt(out _);
                    break;
                case StepKind.SkipEnum:
                    done = _reader.TryReadIndex(step.Extra, "symbol", out _);
                    break;
                case StepKind.SkipLong:
                    done = _reader.TryReadLong(out _);
                    break;
                case StepKind.SkipSized:
                    done = _reader.TryReadBytes(out _);
                    break;
                case StepKind.SkipText:
                    done = _reader.TryReadText(out _);
                    break;
                case StepKind.Nothing:
                    done = Deeper(depth, step.Extra) && CountWithoutBytes(start, step.Operand);
                    break;
                case StepKind.Union:
                    if (!_reader.TryReadIndex(step.Extra, "union branch", out int branch)) return Failed(at);
                    at = program.Targets[step.Operand + branch] - 1;
                    continue;
                case StepKind.Blocks:
                    if (!ReadBlocks(step.Operand, null, depth + 1)) return Failed(at);
                    at = step.Extra - 1;
                    continue;
                case StepKind.Entries:
                    if (!ReadBlocks(0, program.Entries[step.Operand], depth + 1)) return Failed(at);
                    at = step.Extra - 1;
                    continue;
                case StepKind.EmptyBlocks:
                    done = SkipEmptyBlocks(step.Operand, step.Extra, depth + 1);
                    break;
                case StepKind.Call:
                    done = Deeper(depth) && Run(step.Operand, depth + 1);
                    break;
                case StepKind.Logical:
                    done = TakeLogical(step);
                    break;
                case StepKind.Join:
                    Join(step.Operand);
                    continue;
                case StepKind.TakeNull:
                    _fields[step.Operand] = new FieldSlice(start, 0, FieldKind.Null);
                    continue;
                default:
                    done = Take(step, start);
                    break;
            }

            if (!done) return Failed(at);
        }
    }

    private bool Take(ProjectionStep step, int start)
    {
        ReadOnlySpan<byte> bytes;
        switch (step.Kind)
        {
            case StepKind.TakeText:
                if (!_reader.TryReadText(out bytes)) return false;
                return Put(step.Operand, bytes.Length, FieldKind.Utf8);
            case StepKind.TakeBytes:
                if (!_reader.TryReadBytes(out bytes)) return false;
                return Put(step.Operand, bytes.Length, FieldKind.Bytes);
            case StepKind.TakeFixed:
                return _reader.TryReadFixed(step.Extra, out _) && Put(step.Operand, step.Extra, FieldKind.Bytes);
            case StepKind.TakeInt:
                return _reader.TryReadInt(out _) && Put(step.Operand, _reader.Position - start, FieldKind.Int64);
            case StepKind.TakeLong:
                return _reader.TryReadLong(out _) && Put(step.Operand, _reader.Position - start, FieldKind.Int64);
            case StepKind.TakeEnum:
                return _reader.TryReadIndex(program.Enums[step.Extra].Length, "symbol", out _)
                    && Put(step.Operand, _reader.Position - start, FieldKind.Enum, step.Extra);
            case StepKind.TakeBoolean:
                return _reader.TryReadBoolean() && Put(step.Operand, 1, FieldKind.Boolean);
            case StepKind.TakeFloat:
                return _reader.TryReadFixed(sizeof(float), out _) && Put(step.Operand, sizeof(float), FieldKind.Float);
            case StepKind.TakeDouble:
                return _reader.TryReadFixed(sizeof(double), out _) && Put(step.Operand, sizeof(double), FieldKind.Double);
            default:
                throw new UnreachableException($"Step {step.Kind}. This is a bug.");
        }
    }

    private bool TakeLogical(ProjectionStep step)
    {
        FieldSlice taken = _fields[step.Operand];
        if (program.Logical[step.Extra].Kind == LogicalKind.Decimal && taken.Length > AvroLimits.DecimalBytes)
            return _reader.Fail(taken.Start, $"a decimal has {taken.Length} bytes; the limit is {AvroLimits.DecimalBytes}");
        _fields[step.Operand] = taken with { Kind = FieldKind.Logical, Type = step.Extra };
        return true;
    }

    private bool Put(int field, int length, FieldKind kind, int type = 0)
    {
        _fields[field] = new FieldSlice(_reader.Position - length, length, kind, type);
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // the loop that calls it stays small
    private void Join(int field)
    {
        FieldSlice taken = _fields[field];
        _fields[field] = new FieldSlice(field, 0, FieldKind.Joined);
        JoinedText texts = joined is null ? throw new UnreachableException("Nothing takes joined texts. This is a bug.") : joined[field];
        if (texts.Fault != JoinedFault.None) return; // nobody uses what else there is
        ReadOnlySpan<byte> bytes = _reader.Slice(taken.Start, taken.Length);
        if (taken.Kind == FieldKind.Utf8 || (taken.Kind == FieldKind.Bytes && Utf8.IsValid(bytes))) texts.Append(bytes);
        else if (program.Text(taken, bytes) is not { } text) texts.Refuse(JoinedFault.NotUnicode);
        else texts.Commit(Encoding.UTF8.GetBytes(text, texts.Reserve(Encoding.UTF8.GetMaxByteCount(text.Length))));
        if (texts.Length > Math.Max(AvroLimits.JoinedBytes, _reader.Length)) texts.Refuse(JoinedFault.TooLong);
    }

    // Items are walked even where the block says how many bytes they take: a reader that trusts the size would read other records than
    // one that does not.
    private bool ReadBlocks(int body, EntrySteps? entries, int depth)
    {
        if (!Deeper(depth)) return false;
        for (int index = 0; ;)
        {
            if (!_reader.TryReadBlock(out long count, out int size)) return false;
            if (count == 0) return true;
            int start = _reader.Position;
            for (; count > 0; count--, index++)
            {
                if (entries is null ? Run(body, depth) : ReadEntry(entries, depth)) continue;
                _reader.Trail.InItem(index);
                return false;
            }

            if (size >= 0 && _reader.Position - start != size)
                return _reader.Fail(start, $"a block says that its items take {size} bytes, and they take {_reader.Position - start}");
        }
    }

    // A value of which something is wanted by its key and something as one of all is read twice: each path once at most, so that the paths
    // bound how often.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool ReadEntry(EntrySteps entries, int depth)
    {
        if (!_reader.TryReadBytes(out ReadOnlySpan<byte> key)) return false;
        (int start, long withoutBytes) = (_reader.Position, _withoutBytes);
        if (entries.Find(key) is >= 0 and int body)
        {
            if (!Run(body, depth)) return false;
            if (!entries.OfAll) return true;
            _reader.Rewind(start);
            _withoutBytes = withoutBytes;
        }

        return Run(entries.Others, depth);
    }

    private bool SkipEmptyBlocks(int valuesInItem, int levelsInItem, int depth)
    {
        if (!Deeper(depth)) return false;
        for (; ; )
        {
            int start = _reader.Position;
            if (!_reader.TryReadBlock(out long count, out int size)) return false;
            if (count == 0) return true;
            if (size > 0) return _reader.Fail(start, $"a block of items that take no bytes says that it has {size}");
            if (!Deeper(depth, levelsInItem)) return false;
            if (count > AvroLimits.ZeroByteValues || !CountWithoutBytes(start, count * valuesInItem))
                return _reader.Fail(start,
                    $"a block counts {count} items that take no bytes; the limit is {AvroLimits.ZeroByteValues} such values in a payload");
        }
    }

    private bool CountWithoutBytes(int start, long values)
    {
        _withoutBytes += values;
        return _withoutBytes <= AvroLimits.ZeroByteValues
            || _reader.Fail(start, $"values that take no bytes are {_withoutBytes}; the limit is {AvroLimits.ZeroByteValues} in a payload");
    }

    private bool Deeper(int depth, int levels = 1) => depth + levels <= AvroLimits.ValueDepth
        || _reader.Fail(_reader.Position, $"values nest deeper than {AvroLimits.ValueDepth}");

    private bool Failed(int at)
    {
        if (program.Paths[at] is string path) _reader.Trail.InField(path);
        return false;
    }
}

namespace Sluice.Schemas.Avro;

/// <summary>A fixed of the same size on both sides.</summary>
internal sealed class ResolvedFixed(int size) : Resolved
{
    /// <inheritdoc/>
    public override bool TryRead(ref ResolvedRun run, out AvroValue value)
    {
        value = default;
        if (size == 0 && !run.AdmitZeroBytes()) return false;
        if (!run.Reader.TryReadFixed(size, out ReadOnlySpan<byte> bytes)) return false;
        if (run.Keep) value = AvroValue.Of(bytes.ToArray());
        return true;
    }
}

/// <summary>An enum: the writer's index becomes the reader's.</summary>
internal sealed class ResolvedEnum(EnumSchema writer, EnumSchema reader) : Resolved
{
    private const int Unknown = -1;

    private readonly int[] _indices = [.. writer.Symbols.Select(symbol => reader.IndexOf(symbol) is >= 0 and int index ? index : reader.Default ?? Unknown)];

    /// <inheritdoc/>
    public override bool TryRead(ref ResolvedRun run, out AvroValue value)
    {
        value = default;
        int start = run.Reader.Position;
        if (!run.Reader.TryReadIndex(_indices.Length, "symbol", out int index)) return false;
        if (_indices[index] == Unknown) return run.Reader.Fail(start, $"the reader's enum {reader} has neither the symbol {JsonPlace.Quote(writer.Symbols[index])} nor a default");
        value = AvroValue.Of(_indices[index]);
        return true;
    }
}

/// <summary>A pair that cannot be read; an error only once a value of it is there.</summary>
internal sealed class ResolvedMismatch(string reason) : Resolved
{
    /// <inheritdoc/>
    public override bool TryRead(ref ResolvedRun run, out AvroValue value)
    {
        value = default;
        return run.Reader.Fail(run.Reader.Position, reason);
    }
}

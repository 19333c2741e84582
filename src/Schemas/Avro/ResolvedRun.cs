namespace Sluice.Schemas.Avro;

/// <summary>The state of one reading: the payload, and what has been spent of the limits.</summary>
internal ref struct ResolvedRun(ReadOnlySpan<byte> payload, bool keep)
{
    private readonly int _zeroByteLimit = AvroLimits.ZeroByteValues + payload.Length;
    private int _depth;
    private int _zeroByteValues;

    /// <summary>The payload.</summary>
    public AvroReader Reader = new(payload);

    /// <summary>Whether values are made, or only checked.</summary>
    public bool Keep = keep;

    /// <summary>Goes into a value that holds others; false at the limit.</summary>
    public bool Enter() => _depth++ < AvroLimits.ValueDepth || Reader.Fail(Reader.Position, $"values nest deeper than {AvroLimits.ValueDepth}");

    /// <summary>Comes back from it.</summary>
    public void Leave() => _depth--;

    /// <summary>Counts a value that takes no bytes; false at the limit.</summary>
    public bool AdmitZeroBytes() =>
        _zeroByteValues++ < _zeroByteLimit || Reader.Fail(Reader.Position, $"more than {_zeroByteLimit} values take no bytes");
}

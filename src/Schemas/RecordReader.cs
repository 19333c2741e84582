using System.Text;
using Sluice.Schemas.Avro;

namespace Sluice.Schemas;

/// <summary>Reads the fields of a known record one after the other, for the codecs; each failure names the field.</summary>
internal ref struct RecordReader(ReadOnlySpan<byte> payload)
{
    private AvroReader _reader = new(payload);

    public string Text(string field) => _reader.TryReadText(out ReadOnlySpan<byte> utf8) ? Encoding.UTF8.GetString(utf8) : throw Failed(field);

    public int Int(string field) => _reader.TryReadInt(out int value) ? value : throw Failed(field);

    public long Long(string field) => _reader.TryReadLong(out long value) ? value : throw Failed(field);

    public float Float(string field) => _reader.TryReadFloat(out float value) ? value : throw Failed(field);

    public bool Boolean(string field) => _reader.TryReadBoolean(out bool value) ? value : throw Failed(field);

    public int Index(string field, int count) => _reader.TryReadIndex(count, "symbol", out int index) ? index : throw Failed(field);

    /// <summary>Milliseconds since 1970, as a time in UTC.</summary>
    public DateTimeOffset Time(string field)
    {
        int start = _reader.Position;
        long milliseconds = Long(field);
        if (milliseconds >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds() && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
            return DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        _reader.Fail(start, $"the time {milliseconds} ms from 1970 lies outside of the years 1 to 9999");
        throw Failed(field);
    }

    /// <summary>Whether a value follows, in a union of null with one other type.</summary>
    public bool Branch(string field) => _reader.TryReadIndex(2, "union branch", out int index) ? index == 1 : throw Failed(field);

    /// <summary>Items in the next block of an array, 0 at its end.</summary>
    public long Block(string field) => _reader.TryReadBlock(out long count, out _) ? count : throw Failed(field);

    /// <summary>Gives <paramref name="value"/> back once nothing follows it.</summary>
    public T End<T>(T value)
    {
        if (_reader.Remaining == 0) return value;
        _reader.Fail(_reader.Position, $"{_reader.Remaining} bytes follow the value");
        throw new AvroDecodeException(_reader.Failure);
    }

    private AvroDecodeException Failed(string field)
    {
        _reader.Trail.InField(field);
        return new AvroDecodeException(_reader.Failure);
    }
}

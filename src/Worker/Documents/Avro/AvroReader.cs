using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace Sluice.Worker.Documents.Avro;

/// <summary>
/// Bounds-checked binary primitives over a payload. Each <c>TryRead</c> moves past its element or fails and says why; nothing throws,
/// nothing is allocated on success.
/// </summary>
/// <remarks>Avro 1.12 specification, "Binary Encoding". Strict: booleans are 0 or 1, varints fit their type, text is UTF-8. Varints may be
/// longer than they need be, as encoders pad them.</remarks>
internal ref struct AvroReader(ReadOnlySpan<byte> payload)
{
    private const int Int32Bytes = 5;
    private const int Int64Bytes = 10;

    private readonly ReadOnlySpan<byte> _payload = payload;
    private string? _reason;
    private int _failedAt;
    private FieldTrail? _trail;

    /// <summary>Offset of the next byte.</summary>
    public int Position { get; private set; }

    /// <summary>Bytes not read yet.</summary>
    public readonly int Remaining => _payload.Length - Position;

    /// <summary>Bytes of the payload.</summary>
    public readonly int Length => _payload.Length;

    /// <summary>The way from the failure upwards; for callers to extend while they return false.</summary>
    public FieldTrail Trail => _trail ??= new FieldTrail();

    /// <summary>The failure, once a read has returned false.</summary>
    public DecodeFailure Failure =>
        new(_failedAt, Trail.ToString(), _reason ?? throw new System.Diagnostics.UnreachableException("Nothing failed. This is a bug."));

    /// <summary>Records why the value at <paramref name="offset"/> is refused.</summary>
    /// <returns>False, always, so that callers can return it.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool Fail(int offset, string reason)
    {
        _failedAt = offset;
        _reason = reason;
        return false;
    }

    /// <summary>Bytes of the payload that were read before.</summary>
    public readonly ReadOnlySpan<byte> Slice(int start, int length) => _payload.Slice(start, length);

    /// <summary>Goes back to where something was read before, to read it once more.</summary>
    public void Rewind(int position) => Position = position;

    /// <summary>Passes over one byte, 0 or 1.</summary>
    public bool TryReadBoolean()
    {
        if (Remaining == 0) return CutOff("a boolean");
        byte b = _payload[Position];
        if (b > 1) return Fail(Position, $"the boolean is the byte {b}; it must be 0 or 1");
        Position++;
        return true;
    }

    /// <summary>Reads an int: a zigzag varint of at most 5 bytes and 32 bits.</summary>
    public bool TryReadInt(out int value)
    {
        bool read = TryReadVarint(Int32Bytes, 0x0f, "an int", out ulong bits);
        value = (int)(uint)(bits >> 1) ^ -(int)(bits & 1);
        return read;
    }

    /// <summary>Reads a long: a zigzag varint of at most 10 bytes and 64 bits.</summary>
    public bool TryReadLong(out long value)
    {
        bool read = TryReadVarint(Int64Bytes, 0x01, "a long", out ulong bits);
        value = (long)(bits >> 1) ^ -(long)(bits & 1);
        return read;
    }

    /// <summary>Reads <paramref name="size"/> bytes as a slice of the payload.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadFixed(int size, out ReadOnlySpan<byte> bytes)
    {
        if (size > Remaining)
        {
            bytes = default;
            return Short(size);
        }

        bytes = _payload.Slice(Position, size);
        Position += size;
        return true;
    }

    /// <summary>Reads a length and as many bytes, as a slice of the payload.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadBytes(out ReadOnlySpan<byte> bytes)
    {
        int start = Position;
        if (!TryReadLong(out long length))
        {
            bytes = default;
            return false;
        }

        if ((ulong)length > (ulong)Remaining)
        {
            bytes = default;
            return WrongLength(start, length);
        }

        bytes = _payload.Slice(Position, (int)length);
        Position += (int)length;
        return true;
    }

    /// <summary>Reads text as a slice of the payload, checked to be UTF-8.</summary>
    public bool TryReadText(out ReadOnlySpan<byte> utf8)
    {
        if (!TryReadBytes(out utf8)) return false;
        return Utf8.IsValid(utf8) || NotText(utf8.Length);
    }

    /// <summary>Reads the index of a union's branch or an enum's symbol, 0..<paramref name="count"/> - 1.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="what">"branch" or "symbol", for the message.</param>
    /// <param name="index">The index.</param>
    public bool TryReadIndex(int count, string what, out int index)
    {
        int start = Position;
        if (!TryReadInt(out index)) return false;
        return (uint)index < (uint)count || WrongIndex(start, index, count, what);
    }

    /// <summary>Reads the head of the next block of an array or a map.</summary>
    /// <param name="count">Items in the block, 0 at the end.</param>
    /// <param name="size">Bytes of the block's items, at most <see cref="Remaining"/>; -1 where the writer did not say.</param>
    public bool TryReadBlock(out long count, out int size)
    {
        size = -1;
        int start = Position;
        if (!TryReadLong(out count)) return false;
        if (count >= 0) return true;
        if (count == long.MinValue) return Fail(start, "a block counts -2^63 items");
        count = -count;
        start = Position;
        if (!TryReadLong(out long bytes)) return false;
        if ((ulong)bytes > (ulong)Remaining) return WrongLength(start, bytes);
        size = (int)bytes;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryReadVarint(int longest, byte lastMax, string what, out ulong bits)
    {
        if (Remaining > 0 && _payload[Position] < 0x80)
        {
            bits = _payload[Position++];
            return true;
        }

        return TryReadLongVarint(longest, lastMax, what, out bits);
    }

    private bool TryReadLongVarint(int longest, byte lastMax, string what, out ulong bits)
    {
        bits = 0;
        ReadOnlySpan<byte> bytes = _payload[Position..];
        for (int i = 0; i < longest; i++)
        {
            if (i == bytes.Length) return CutOff(what);
            byte b = bytes[i];
            if (i == longest - 1 && b > lastMax) break;
            bits |= (ulong)(b & 0x7f) << (7 * i);
            if (b >= 0x80) continue;
            Position += i + 1;
            return true;
        }

        return Fail(Position, $"{what} takes more than {longest} bytes or does not fit its bits");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool CutOff(string what) => Fail(Position, $"the payload ends within {what} ({Remaining} bytes are left)");

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Short(int size) => Fail(Position, $"{size} bytes are due, {Remaining} are left");

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool WrongLength(int start, long length) => Fail(start, $"the length is {length}, {Remaining} bytes are left");

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool WrongIndex(int start, int index, int count, string what) => Fail(start, $"the {what} has index {index} of {count}");

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool NotText(int length)
    {
        ReadOnlySpan<byte> utf8 = _payload.Slice(Position - length, length);
        int at = 0;
        while (at < utf8.Length
            && System.Text.Rune.DecodeFromUtf8(utf8[at..], out _, out int consumed) == System.Buffers.OperationStatus.Done) at += consumed;
        return Fail(Position - length + at, "the text is not UTF-8");
    }
}

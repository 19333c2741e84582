using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Sluice.Schemas.Avro;

/// <summary>Binary primitives onto a buffer; allocates nothing itself.</summary>
/// <remarks>Avro 1.12 specification, "Binary Encoding".</remarks>
internal readonly struct AvroWriter(IBufferWriter<byte> output)
{
    private const int LongestVarint = 10;

    public void WriteBoolean(bool value)
    {
        output.GetSpan(1)[0] = value ? (byte)1 : (byte)0;
        output.Advance(1);
    }

    /// <summary>Writes an int, a long, a length, a count or an index: all are zigzag varints.</summary>
    public void WriteLong(long value)
    {
        Span<byte> span = output.GetSpan(LongestVarint);
        ulong bits = (ulong)((value << 1) ^ (value >> 63));
        int length = 0;
        for (; bits >= 0x80; bits >>= 7) span[length++] = (byte)(bits | 0x80);
        span[length++] = (byte)bits;
        output.Advance(length);
    }

    /// <summary>Writes 4 bytes; any NaN as 7fc00000, as the reference implementation does.</summary>
    public void WriteFloat(float value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(sizeof(float)), float.IsNaN(value) ? 0x7fc0_0000 : BitConverter.SingleToInt32Bits(value));
        output.Advance(sizeof(float));
    }

    /// <summary>Writes 8 bytes; any NaN as 7ff8000000000000, as the reference implementation does.</summary>
    public void WriteDouble(double value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(sizeof(double)), double.IsNaN(value) ? 0x7ff8_0000_0000_0000 : BitConverter.DoubleToInt64Bits(value));
        output.Advance(sizeof(double));
    }

    /// <summary>Writes the bytes of a fixed.</summary>
    public void WriteFixed(ReadOnlySpan<byte> bytes) => output.Write(bytes);

    /// <summary>Writes a length and the bytes.</summary>
    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        WriteLong(bytes.Length);
        output.Write(bytes);
    }

    /// <summary>Writes text as UTF-8 with its length; half a surrogate pair becomes U+FFFD.</summary>
    public void WriteString(ReadOnlySpan<char> text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        WriteLong(length);
        output.Advance(Encoding.UTF8.GetBytes(text, output.GetSpan(length)));
    }
}

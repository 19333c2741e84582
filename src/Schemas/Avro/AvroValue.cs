namespace Sluice.Schemas.Avro;

/// <summary>A value of any schema, which says how to read it; immutable, and cheap enough to hold by the million.</summary>
/// <remarks>
/// Held in <see cref="Bits"/>: boolean (0 or 1), int, long, an enum's index, and the bits of float and double. Held in <see cref="Reference"/>: a string,
/// the <c>byte[]</c> of bytes and fixed, the <c>AvroValue[]</c> of an array or a record (one for each field), the <c>KeyValuePair&lt;string, AvroValue&gt;[]</c> of a map.
/// A union's value is the value of its branch, with <see cref="Branch"/> set: unions do not nest, so one number is enough.
/// </remarks>
internal readonly struct AvroValue
{
    private AvroValue(object? reference, long bits, int branch)
    {
        Reference = reference;
        Bits = bits;
        Branch = branch;
    }

    /// <summary>What does not fit 64 bits, else null.</summary>
    public object? Reference { get; }

    /// <summary>What fits 64 bits, else 0.</summary>
    public long Bits { get; }

    /// <summary>Index of the union's branch; 0 where the schema is no union.</summary>
    public int Branch { get; }

    public static AvroValue Of(long bits) => new(null, bits, 0);

    public static AvroValue Of(object reference) => new(reference, 0, 0);

    public static AvroValue OfFloat(float value) => new(null, BitConverter.SingleToInt32Bits(value), 0);

    public static AvroValue OfDouble(double value) => new(null, BitConverter.DoubleToInt64Bits(value), 0);

    /// <summary>The same value as branch <paramref name="branch"/> of a union.</summary>
    public AvroValue InBranch(int branch) => new(Reference, Bits, branch);

    public bool AsBoolean => Bits != 0;

    public float AsFloat => BitConverter.Int32BitsToSingle((int)Bits);

    public double AsDouble => BitConverter.Int64BitsToDouble(Bits);

    public string AsString => (string)Reference!;

    public byte[] AsBytes => (byte[])Reference!;

    public AvroValue[] AsItems => (AvroValue[])Reference!;

    public KeyValuePair<string, AvroValue>[] AsEntries => (KeyValuePair<string, AvroValue>[])Reference!;
}

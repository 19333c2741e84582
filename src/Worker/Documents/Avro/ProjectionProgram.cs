using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Sluice.Worker.Documents.Avro;

/// <summary>The compiled steps of a <see cref="Projection"/>.</summary>
/// <param name="Steps">All steps; the run starts at 0.</param>
/// <param name="Paths">
/// For each step, the field that it reads, from the record or item that it belongs to; null where it is the item itself.
/// </param>
/// <param name="Targets">Where the branches of unions start.</param>
/// <param name="Enums">Symbols of the enums that are wanted, as the writer has them.</param>
/// <param name="Logical">Logical types of wanted fields.</param>
/// <param name="Entries">What is done with the entries of maps of which something is wanted.</param>
internal sealed record ProjectionProgram(ProjectionStep[] Steps, string?[] Paths, int[] Targets, string[][] Enums,
    LogicalType[] Logical, EntrySteps[] Entries)
{
    /// <summary>About what it takes in memory: a string is counted where it stands, though some stand in several places.</summary>
    public long Bytes => (Steps.Length * 20L) + (Targets.Length * 4L) + Paths.Sum(BytesOf) + Enums.Sum(symbols => symbols.Sum(BytesOf));

    /// <summary>The text of a field; see <see cref="Projection.Text"/>.</summary>
    /// <param name="slice">What was taken; not of <see cref="FieldKind.Joined"/>.</param>
    /// <param name="bytes">Its bytes.</param>
    public string? Text(FieldSlice slice, ReadOnlySpan<byte> bytes) => slice.Kind switch
    {
        FieldKind.Utf8 => Encoding.UTF8.GetString(bytes),
        FieldKind.Bytes => Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : null,
        FieldKind.Int64 => ReadLong(bytes).ToString(CultureInfo.InvariantCulture),
        FieldKind.Logical => LogicalText.Of(Logical[slice.Type], bytes),
        FieldKind.Enum => Enums[slice.Type][(int)ReadLong(bytes)],
        FieldKind.Boolean => bytes[0] == 0 ? "false" : "true",
        FieldKind.Float => BinaryPrimitives.ReadSingleLittleEndian(bytes).ToString(CultureInfo.InvariantCulture),
        FieldKind.Double => BinaryPrimitives.ReadDoubleLittleEndian(bytes).ToString(CultureInfo.InvariantCulture),
        FieldKind.Missing or FieldKind.Null => null,
        var other => throw new UnreachableException($"A field of kind {other} has no text of its own. This is a bug."),
    };

    private static long BytesOf(string? text) => text is null ? 0 : 24 + (2L * text.Length);

    private static long ReadLong(ReadOnlySpan<byte> varint) => new AvroReader(varint).TryReadLong(out long value) ? value : 0;
}

/// <summary>What is done with each entry of a map, once its key is read.</summary>
/// <param name="Keys">Keys in UTF-8 whose values are wanted.</param>
/// <param name="Bodies">Where the steps over the value of each of them begin.</param>
/// <param name="Others">Where the steps over any value begin: they take what is wanted of all values, or pass over it.</param>
/// <param name="OfAll">Whether something is wanted of all values, also of those whose key is wanted.</param>
internal sealed record EntrySteps(byte[][] Keys, int[] Bodies, int Others, bool OfAll)
{
    /// <summary>Where the steps over the value of <paramref name="key"/> begin; -1 for a key that nobody wants.</summary>
    public int Find(ReadOnlySpan<byte> key)
    {
        for (int i = 0; i < Keys.Length; i++)
            if (key.SequenceEqual(Keys[i])) return Bodies[i];
        return -1;
    }
}

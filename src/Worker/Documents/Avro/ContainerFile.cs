using System.IO.Compression;
using System.Text;
using Sluice.Worker.Wording;

namespace Sluice.Worker.Documents.Avro;

/// <summary>Reads string fields out of an Avro object container file, whatever is wrong with the file.</summary>
/// <remarks>
/// Avro 1.12 specification, "Object Container Files". Apache.Avro's own reader ends on damaged files in whatever exception comes first, or
/// in an allocation of gigabytes.
/// </remarks>
internal static class ContainerFile
{
    private const int SyncBytes = 16;

    /// <summary>The fields of each record, in the file's order.</summary>
    /// <param name="file">The whole file; its blocks may be deflated.</param>
    /// <param name="names">Fields that each record has, as a string.</param>
    /// <exception cref="InvalidDataException">
    /// It is damaged, larger than <see cref="AvroLimits.ContainerBytes"/> when inflated, of another codec, or a record lacks a field.
    /// </exception>
    public static IReadOnlyList<string[]> ReadStrings(ReadOnlySpan<byte> file, string[] names)
    {
        var reader = new AvroReader(file);
        (Projection projection, bool deflated) = ReadHeader(ref reader, names);
        if (!reader.TryReadFixed(SyncBytes, out ReadOnlySpan<byte> sync)) throw Damaged(reader.Failure);
        var records = new List<string[]>();
        int left = AvroLimits.ContainerBytes;
        while (reader.Remaining > 0)
        {
            int start = reader.Position;
            if (!reader.TryReadLong(out long count) || !reader.TryReadBytes(out ReadOnlySpan<byte> block)
                || !reader.TryReadFixed(SyncBytes, out ReadOnlySpan<byte> mark)) throw Damaged(reader.Failure);
            if (!mark.SequenceEqual(sync)) throw new InvalidDataException($"the block at byte {start} does not end with the file's mark.");
            if (deflated) block = Inflate(block, left);
            left -= block.Length;
            for (; count > 0; count--) block = block[ReadRecord(block, projection, names, records)..];
            if (count < 0 || block.Length > 0) throw new InvalidDataException($"the block at byte {start} does not count its records.");
        }

        return records;
    }

    private static (Projection Projection, bool Deflated) ReadHeader(ref AvroReader reader, string[] names)
    {
        if (!reader.TryReadFixed(4, out ReadOnlySpan<byte> magic)) throw Damaged(reader.Failure);
        if (!magic.SequenceEqual("Obj\x01"u8)) throw new InvalidDataException("it does not begin as one does.");
        (string? schema, string codec) = (null, "null");
        while (true)
        {
            if (!reader.TryReadBlock(out long count, out _)) throw Damaged(reader.Failure);
            if (count == 0) break;
            for (; count > 0; count--)
            {
                if (!reader.TryReadText(out ReadOnlySpan<byte> key) || !reader.TryReadBytes(out ReadOnlySpan<byte> value))
                    throw Damaged(reader.Failure);
                if (key.SequenceEqual("avro.schema"u8)) schema = Encoding.UTF8.GetString(value);
                if (key.SequenceEqual("avro.codec"u8)) codec = Encoding.UTF8.GetString(value);
            }
        }

        if (codec is not ("null" or "deflate"))
            throw new InvalidDataException($"its codec is {ForeignText.Quote(codec)}; null and deflate are read.");
        try
        {
            WriterType writer = SchemaReader.Read(schema ?? throw new InvalidDataException("it has no avro.schema."));
            return (Projection.Compile(writer, names), codec == "deflate");
        }
        catch (AvroSchemaException refused)
        {
            throw new InvalidDataException(refused.Message, refused);
        }
    }

    /// <returns>How many bytes the record takes.</returns>
    private static int ReadRecord(ReadOnlySpan<byte> block, Projection projection, string[] names, List<string[]> records)
    {
        var fields = new FieldSlice[names.Length];
        if (!projection.TryReadFirst(block, fields, out int length, out DecodeFailure? failure))
            throw new InvalidDataException($"record {records.Count} is damaged. {failure}");
        int other = Array.FindIndex(fields, field => field.Kind != FieldKind.Utf8);
        if (other >= 0) throw new InvalidDataException($"record {records.Count} has no string '{names[other]}'.");
        string[] texts = new string[names.Length];
        for (int i = 0; i < texts.Length; i++) texts[i] = Encoding.UTF8.GetString(fields[i].Of(block));
        records.Add(texts);
        return length;
    }

    private static ReadOnlySpan<byte> Inflate(ReadOnlySpan<byte> block, int most)
    {
        using var inflated = new MemoryStream();
        using var input = new DeflateStream(new MemoryStream(block.ToArray()), CompressionMode.Decompress);
        byte[] part = new byte[16 * 1024];
        for (int read; (read = input.Read(part)) > 0;)
        {
            if (inflated.Length + read > most)
                throw new InvalidDataException($"it holds more than {AvroLimits.ContainerBytes} bytes, which is the limit.");
            inflated.Write(part, 0, read);
        }

        return inflated.GetBuffer().AsSpan(0, (int)inflated.Length);
    }

    private static InvalidDataException Damaged(DecodeFailure failure) => new(failure.ToString());
}

using System.Text;
using Avro;
using Avro.IO;
using Sluice.Worker.Documents.Avro;

namespace Worker.Tests.Documents.Avro;

/// <summary>Writes payloads by hand and asks the readers for what they find in one.</summary>
internal static class Payloads
{
    /// <summary>What <paramref name="write"/> writes with Apache.Avro's encoder.</summary>
    public static byte[] Of(Action<BinaryEncoder> write)
    {
        using var stream = new MemoryStream();
        write(new BinaryEncoder(stream));
        return stream.ToArray();
    }

    /// <summary>The JSON of a whole payload, or null where it is refused.</summary>
    public static string? Json(WriterType schema, byte[] payload) =>
        new DatumJson(schema).TryWrite(payload, out ReadOnlyMemory<byte> json, out _) ? Encoding.UTF8.GetString(json.Span) : null;

    /// <summary>The text of one field; the payload must be good.</summary>
    public static string? Text(WriterType schema, string path, byte[] payload)
    {
        Projection projection = Projection.Compile(schema, [path]);
        var fields = new FieldSlice[1];
        Assert.True(projection.TryRead(payload, fields, out DecodeFailure? failure), failure?.ToString());
        return projection.Text(0, fields[0], payload);
    }

    /// <summary>Every path that leads to text through records, each record looked into once.</summary>
    public static IEnumerable<string> PathsOf(Schema schema, string path = "", int depth = 0)
    {
        if (WantedField.IsText(schema) || (schema is UnionSchema union && union.Schemas.Any(WantedField.IsText))) return [path];
        if (schema is not RecordSchema record || depth > 3) return [];
        return record.Fields.SelectMany(field =>
            PathsOf(field.Schema, path.Length == 0 ? AvroNames.Original(field.Name) : $"{path}.{AvroNames.Original(field.Name)}",
                depth + 1));
    }
}

using System.Text;
using System.Text.RegularExpressions;
using Avro;
using Avro.IO;
using Sluice.Worker.Documents.Avro;
using Sluice.Worker.Documents.Paths;

namespace Worker.Tests.Documents.Avro;

/// <summary>Writes payloads by hand and asks the readers for what they find in one.</summary>
internal static partial class Payloads
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
        return projection.Text(fields[0], payload);
    }

    /// <summary>The texts of some paths, through arrays and maps too; the payload must be good.</summary>
    public static string?[] Texts(WriterType schema, byte[] payload, params string[] paths)
    {
        Projection projection = Projection.Compile(schema, paths);
        var fields = new FieldSlice[paths.Length];
        JoinedTexts joined = new();
        Assert.True(projection.TryRead(payload, fields, joined, out DecodeFailure? failure), failure?.ToString());
        return [.. fields.Select(field => field.Kind == FieldKind.Joined ? Encoding.UTF8.GetString(joined[field.Start].Bytes)
            : projection.Text(field, payload))];
    }

    /// <summary>Every path that leads to text through records, each record looked into once.</summary>
    public static IEnumerable<string> PathsOf(Schema schema, string path = "", int depth = 0)
    {
        if (PathTarget.IsText(schema) || (schema is UnionSchema union && union.Schemas.Any(PathTarget.IsText))) return [path];
        if (schema is not RecordSchema record || depth > 3) return [];
        return record.Fields.SelectMany(field => PathsOf(field.Schema, Inside(path, field), depth + 1));
    }

    /// <summary>Paths that lead to text through arrays and maps of a record; no deeper than records nest a few times.</summary>
    public static IEnumerable<string> JoinedPathsOf(Schema schema, string path = "", int depth = 0) => schema switch
    {
        _ when depth > 6 => [],
        UnionSchema union => union.Schemas.SelectMany(branch => JoinedPathsOf(branch, path, depth + 1)).Distinct(),
        RecordSchema record => record.Fields.SelectMany(field => JoinedPathsOf(field.Schema, Inside(path, field), depth + 1)),
        ArraySchema array when path.Length > 0 => JoinedPathsOf(array.ItemSchema, $"{path}[]", depth + 1),
        MapSchema map when path.Length > 0 => JoinedPathsOf(map.ValueSchema, $"{path}{{}}", depth + 1)
            .Concat(JoinedPathsOf(map.ValueSchema, $"{path}.0", depth + 1)), // a key that the random maps sometimes have
        _ => PathTarget.IsText(schema) && FieldPath.Parse(path).IsJoined ? [path] : [],
    };

    /// <summary>The path to a field of the record that <paramref name="path"/> leads to.</summary>
    private static string Inside(string path, Field field)
    {
        string name = Special().Replace(AvroNames.Original(field.Name), @"\$0");
        return path.Length == 0 ? name : $"{path}.{name}";
    }

    [GeneratedRegex(@"[.\[\]{}\\]")]
    private static partial Regex Special();
}

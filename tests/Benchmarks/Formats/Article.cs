using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using Avro.IO;

namespace Benchmarks.Formats;

/// <summary>A record of twelve fields of every common kind, the text being the eighth, as Avro and as JSON.</summary>
internal static class Article
{
    /// <summary>Its schema in Avro.</summary>
    public const string Schema = """
        {"type":"record","name":"Article","namespace":"org.example.news","fields":[
          {"name":"id","type":{"type":"string","logicalType":"uuid"}},
          {"name":"version","type":"int"},
          {"name":"published","type":{"type":"long","logicalType":"timestamp-millis"}},
          {"name":"language","type":{"type":"enum","name":"Language","symbols":["EN","DE","FR"]}},
          {"name":"score","type":["null","double"]},
          {"name":"labels","type":{"type":"array","items":"string"}},
          {"name":"author","type":["null",{"type":"record","name":"Person","fields":[
            {"name":"name","type":"string"},{"name":"address","type":["null","string"]}]}]},
          {"name":"text","type":"string"},
          {"name":"digest","type":{"type":"fixed","name":"Md5","size":16}},
          {"name":"headers","type":{"type":"map","values":"string"}},
          {"name":"draft","type":"boolean"},
          {"name":"revisions","type":"long"}]}
        """;

    /// <summary>The schema of a change of it in a database, as Debezium writes one.</summary>
    public const string EnvelopeSchema = $$$"""
        {"type":"record","name":"Envelope","namespace":"server.public.articles","fields":[
          {"name":"before","type":["null",{{{Schema}}}],"default":null},
          {"name":"after","type":["null","org.example.news.Article"],"default":null},
          {"name":"source","type":{"type":"record","name":"Source","namespace":"io.debezium.connector.postgresql","fields":[
            {"name":"version","type":"string"},{"name":"connector","type":"string"},{"name":"name","type":"string"},
            {"name":"ts_ms","type":"long"},{"name":"table","type":"string"}]}},
          {"name":"op","type":"string"},
          {"name":"ts_ms","type":["null","long"],"default":null}]}
        """;

    private const string DebeziumVersion = "3.3.0", Connector = "postgresql", Server = "server", Table = "articles";
    private const string Id = "550e8400-e29b-41d4-a716-446655440000";
    private const string Author = "A. Writer";
    private const double Score = 0.25;
    private const int Version = 3, Revisions = 12;
    private const long Published = 1_096_934_400_000;
    private const string Prose =
        "Stocks fell on Tuesday, and oil rose, as traders weighed new figures from the naïve café of the market. ";

    private static readonly string[] Labels = ["business", "oil"];
    private static readonly (string Name, string Value)[] Headers = [("source", "wire"), ("desk", "markets")];

    // As most writers have it: letters stand as they are.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text with which a record written by <paramref name="write"/> has exactly <paramref name="bytes"/> bytes.</summary>
    public static string Fitting(int bytes, Func<string, byte[]> write)
    {
        string prose = string.Concat(Enumerable.Repeat(Prose, (bytes / Prose.Length) + 1));
        for (int length = bytes; length > 0; length--)
            if (write(prose[..length]).Length == bytes) return prose[..length];
        throw new UnreachableException($"No text fills {bytes} bytes. This is a bug.");
    }

    /// <summary>The record in Avro, without a header.</summary>
    public static byte[] ToAvro(string text)
    {
        using var output = new MemoryStream();
        var writer = new BinaryEncoder(output);
        writer.WriteString(Id);
        writer.WriteLong(Version);
        writer.WriteLong(Published);
        writer.WriteLong(1);
        writer.WriteLong(1);
        writer.WriteDouble(Score);
        writer.WriteLong(Labels.Length);
        foreach (string label in Labels) writer.WriteString(label);
        writer.WriteLong(0);
        writer.WriteLong(1);
        writer.WriteString(Author);
        writer.WriteLong(0);
        writer.WriteString(text);
        writer.WriteFixed(new byte[16]);
        writer.WriteLong(Headers.Length);
        foreach ((string name, string value) in Headers)
        {
            writer.WriteString(name);
            writer.WriteString(value);
        }

        writer.WriteLong(0);
        writer.WriteBoolean(false);
        writer.WriteLong(Revisions);
        return output.ToArray();
    }

    /// <summary>The record as a change event of a database in Avro, without a header: the row after the change, none before it.</summary>
    public static byte[] ToAvroEnvelope(string text)
    {
        using var output = new MemoryStream();
        var writer = new BinaryEncoder(output);
        writer.WriteLong(0);
        writer.WriteLong(1);
        writer.WriteFixed(ToAvro(text));
        writer.WriteString(DebeziumVersion);
        writer.WriteString(Connector);
        writer.WriteString(Server);
        writer.WriteLong(Published);
        writer.WriteString(Table);
        writer.WriteString("c");
        writer.WriteLong(1);
        writer.WriteLong(Published);
        return output.ToArray();
    }

    /// <summary>The record in JSON, without white space.</summary>
    public static byte[] ToJson(string text) => JsonSerializer.SerializeToUtf8Bytes(Members(text), Plain);

    /// <summary>The record as a change event of a database in JSON: a description of the fields, and the change with the row after it.
    /// </summary>
    public static byte[] ToEnvelope(string text) => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            schema = new
            {
                type = "struct",
                fields = Members("").Keys.Select(name => new { type = "string", optional = true, field = name }),
                optional = false,
                name = "server.public.articles.Envelope",
                version = 1,
            },
            payload = new
            {
                before = (object?)null,
                after = Members(text),
                source = new { version = DebeziumVersion, connector = Connector, name = Server, ts_ms = Published, table = Table },
                op = "c",
                ts_ms = Published,
            },
        },
        Plain);

    private static Dictionary<string, object?> Members(string text) => new()
    {
        ["id"] = Id,
        ["version"] = Version,
        ["published"] = Published,
        ["language"] = "DE",
        ["score"] = Score,
        ["labels"] = Labels,
        ["author"] = new { name = Author, address = (string?)null },
        ["text"] = text,
        ["digest"] = "AAAAAAAAAAAAAAAAAAAAAA==",
        ["headers"] = Headers.ToDictionary(header => header.Name, header => header.Value),
        ["draft"] = false,
        ["revisions"] = Revisions,
    };
}

using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using Sluice.Schemas;
using Sluice.Schemas.Avro;

namespace Sluice.Worker.Commands;

/// <summary>The answers of <c>./sluice avro</c>, one line at a time; one thread. Schemas that come again are not compiled again.</summary>
internal sealed class AvroLines
{
    private const int MostSchemas = 1024;

    private readonly Dictionary<string, Schema> _schemas = new(StringComparer.Ordinal);
    private readonly Dictionary<(Schema Writer, Schema? Reader), Resolution> _resolutions = [];

    /// <summary><c>schema</c>, <c>reader</c>?, <c>hex</c> to <c>value</c>.</summary>
    public void Decode(JsonElement line, Utf8JsonWriter output) => Answer(() =>
    {
        Schema writer = SchemaOf(line, "schema") ?? throw Missing("schema");
        Schema? reader = SchemaOf(line, "reader");
        AvroValue value = ResolutionOf(writer, reader).Read(HexOf(line, "hex"));
        output.WritePropertyName("value");
        JsonEncoding.Write(output, value, reader ?? writer);
    });

    /// <summary><c>schema</c>, <c>value</c> to <c>hex</c>.</summary>
    public void Encode(JsonElement line, Utf8JsonWriter output) => Answer(() =>
    {
        Schema schema = SchemaOf(line, "schema") ?? throw Missing("schema");
        if (!line.TryGetProperty("value", out JsonElement json)) throw Missing("value");
        if (!JsonEncoding.TryRead(json, schema, out AvroValue value, out string problem)) throw new JsonLineException($"the value does not fit the schema: {problem}");
        var bytes = new ArrayBufferWriter<byte>();
        DatumWriter.Write(bytes, value, schema);
        output.WriteString("hex", Convert.ToHexStringLower(bytes.WrittenSpan));
    });

    /// <summary><c>schema</c> or <c>schema_text</c> to <c>canonical</c>, <c>crc64_avro_hex_le</c>, <c>sha256</c>.</summary>
    public void Canonical(JsonElement line, Utf8JsonWriter output) => Answer(() =>
    {
        Schema schema = line.TryGetProperty("schema_text", out JsonElement text)
            ? SchemaParser.Parse(TextOf(text, "schema_text"))
            : SchemaOf(line, "schema") ?? throw Missing("schema");
        string canonical = CanonicalForm.Of(schema);
        Span<byte> crc = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(crc, Fingerprint.Crc64(canonical));
        output.WriteString("canonical", canonical);
        output.WriteString("crc64_avro_hex_le", Convert.ToHexStringLower(crc));
        output.WriteString("sha256", Convert.ToHexStringLower(Fingerprint.Sha256(canonical)));
    });

    /// <summary><c>hex_framed</c> to <c>schema_id</c>, <c>hex_payload</c>.</summary>
    public static void Unframe(JsonElement line, Utf8JsonWriter output) => Answer(() =>
    {
        byte[] message = HexOf(line, "hex_framed");
        WireHeaderResult result = WireHeader.Read(message, out int id, out ReadOnlySpan<byte> payload);
        if (result != WireHeaderResult.Ok) throw new JsonLineException(WireHeader.Describe(result, message));
        output.WriteNumber("schema_id", id);
        output.WriteString("hex_payload", Convert.ToHexStringLower(payload));
    });

    private Schema? SchemaOf(JsonElement line, string name)
    {
        if (!line.TryGetProperty(name, out JsonElement json)) return null;
        string text = json.GetRawText();
        if (_schemas.TryGetValue(text, out Schema? schema)) return schema;
        if (_schemas.Count == MostSchemas)
        {
            _schemas.Clear();
            _resolutions.Clear();
        }

        _schemas.Add(text, schema = SchemaParser.Parse(text));
        return schema;
    }

    private Resolution ResolutionOf(Schema writer, Schema? reader)
    {
        if (_resolutions.TryGetValue((writer, reader), out Resolution? resolution)) return resolution;
        if (_resolutions.Count == MostSchemas) _resolutions.Clear();
        _resolutions.Add((writer, reader), resolution = Resolution.Compile(writer, reader));
        return resolution;
    }

    private static byte[] HexOf(JsonElement line, string name)
    {
        if (!line.TryGetProperty(name, out JsonElement json)) throw Missing(name);
        string hex = TextOf(json, name);
        try
        {
            return Convert.FromHexString(hex);
        }
        catch (FormatException)
        {
            throw new JsonLineException($"\"{name}\" is not made of pairs of hexadecimal digits");
        }
    }

    private static string TextOf(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.String ? json.GetString()! : throw new JsonLineException($"\"{name}\" is {json.ValueKind}; it must be a string");

    private static JsonLineException Missing(string name) => new($"the line has no \"{name}\"");

    private static void Answer(Action work)
    {
        try
        {
            work();
        }
        catch (Exception exception) when (exception is AvroSchemaException or AvroDecodeException)
        {
            throw new JsonLineException(exception.Message);
        }
        catch (InvalidOperationException)
        {
            // JsonElement documents this one for a string with half a surrogate pair.
            throw new JsonLineException("the line holds half of a surrogate pair, which is no character");
        }
    }
}

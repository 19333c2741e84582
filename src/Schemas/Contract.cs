using System.Buffers;
using System.Text.Json.Nodes;
using Avro;
using Avro.Generic;
using Avro.IO;
using Avro.Specific;

namespace Sluice.Schemas;

/// <summary>One of the schemas that travel with the program, and what Apache.Avro writes and reads with it. Thread-safe.</summary>
internal sealed class Contract
{
    [ThreadStatic]
    private static MemoryStream? _scratch;

    private readonly SpecificDefaultWriter _writer;
    private readonly DefaultReader _reader;

    /// <param name="file">Name of the .avsc file in this folder.</param>
    public Contract(string file)
    {
        using Stream stream = typeof(Contract).Assembly.GetManifestResourceStream(file)
            ?? throw new System.Diagnostics.UnreachableException($"The program lacks its schema {file}. This is a bug.");
        using var reader = new StreamReader(stream);
        Text = reader.ReadToEnd();
        Schema = (RecordSchema)Avro.Schema.Parse(WithoutLogicalTypes(Text));
        (_writer, _reader) = (new SpecificDefaultWriter(Schema), new DefaultReader(Schema, Schema));
    }

    /// <summary>The file as it stands: this is what is registered.</summary>
    public string Text { get; }

    /// <summary>The same, parsed, without logical types.</summary>
    public RecordSchema Schema { get; }

    /// <summary>The schema of <paramref name="text"/> without its logical types, however it is laid out.</summary>
    /// <remarks>
    /// Apache.Avro makes dates of logical times by way of a double, a millisecond off in far years; without the type they are longs.
    /// </remarks>
    public static string WithoutLogicalTypes(string text)
    {
        JsonNode json = JsonNode.Parse(text)!;
        Strip(json);
        return json.ToJsonString();

        static void Strip(JsonNode? node)
        {
            (node as JsonObject)?.Remove("logicalType");
            foreach (JsonNode? child in node is JsonObject members ? members.Select(member => member.Value) : node as JsonArray ?? [])
                Strip(child);
        }
    }

    /// <summary>Appends the payload of <paramref name="record"/>, without a header.</summary>
    public void Write(ISpecificRecord record, IBufferWriter<byte> output)
    {
        MemoryStream scratch = _scratch ??= new MemoryStream();
        scratch.SetLength(0);
        _writer.Write(record, new BinaryEncoder(scratch));
        output.Write(scratch.GetBuffer().AsSpan(0, (int)scratch.Length));
    }

    /// <summary>
    /// Reads a payload that this program wrote. Not for bytes from outside: Apache.Avro can be made to allocate gigabytes by six of them.
    /// </summary>
    /// <exception cref="InvalidDataException">It is none of this schema.</exception>
    public GenericRecord Read(ReadOnlySpan<byte> payload)
    {
        using var stream = new MemoryStream(payload.ToArray());
        GenericRecord record;
        try
        {
            record = _reader.Read<GenericRecord>(null!, new BinaryDecoder(stream));
        }
        catch (AvroException refused)
        {
            throw new InvalidDataException($"The {payload.Length} bytes are no {Schema.Fullname}: {refused.Message}", refused);
        }

        return stream.Position == stream.Length
            ? record
            : throw new InvalidDataException($"The {payload.Length} bytes are no {Schema.Fullname}: it ends after {stream.Position}");
    }
}

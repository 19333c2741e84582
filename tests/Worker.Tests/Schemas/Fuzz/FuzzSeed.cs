using System.Buffers;
using System.Text;
using System.Text.Json;
using Sluice.Schemas.Avro;

namespace Worker.Tests.Schemas.Fuzz;

/// <summary>One schema with everything compiled of it, and good payloads to damage.</summary>
internal sealed class FuzzSeed
{
    private const int LargestPayload = 200;

    private FuzzSeed(string text, Schema reader)
    {
        Text = Encoding.UTF8.GetBytes(text);
        Schema = SchemaParser.Parse(text);
        Reader = reader;
        Plain = Resolution.Compile(Schema);
        Resolved = Resolution.Compile(Schema, reader);
        TextField = (Schema as RecordSchema)?.Fields.FirstOrDefault(f => f.Type.Kind == SchemaKind.String);
        Projected = TextField is null ? null : Projection.Compile(Schema, [TextField.Name]);
    }

    public byte[] Text { get; }

    public Schema Schema { get; }

    public Schema Reader { get; }

    public Resolution Plain { get; }

    public Resolution Resolved { get; }

    /// <summary>The first text field of a record, or null.</summary>
    public RecordField? TextField { get; }

    /// <summary>Finds <see cref="TextField"/>.</summary>
    public Projection? Projected { get; }

    public List<byte[]> Payloads { get; } = [];

    /// <summary>The vectors' schemas with their small payloads, the vectors' pairs, and <paramref name="random"/> schemas with random values.</summary>
    public static List<FuzzSeed> Collect(Random random)
    {
        var seeds = new List<FuzzSeed>();
        var known = new Dictionary<string, FuzzSeed>();
        foreach (JsonElement line in Vectors.Lines("avro/values.jsonl.gz").Concat(Vectors.Lines("avro/decode-only.jsonl")))
            Add(known, line.GetProperty("schema").GetRawText(), null, Vectors.Bytes(line, "hex"));
        foreach (JsonElement line in Vectors.Lines("avro/resolution.jsonl"))
            Add(known, line.GetProperty("writer").GetRawText(), line.GetProperty("reader").GetRawText(), Vectors.Bytes(line, "hex"));
        seeds.AddRange(known.Values.Where(s => s.Payloads.Count > 0));
        for (int i = 0; i < 200; i++)
        {
            var seed = new FuzzSeed(RandomSchema.Text(random), seeds[random.Next(seeds.Count)].Schema);
            for (int j = 0; j < 4; j++) seed.Add(Encode(seed.Schema, random));
            if (seed.Payloads.Count > 0) seeds.Add(seed);
        }

        return seeds;
    }

    private static void Add(Dictionary<string, FuzzSeed> known, string writer, string? reader, byte[] payload)
    {
        string key = $"{writer} {reader}";
        if (!known.TryGetValue(key, out FuzzSeed? seed)) known.Add(key, seed = new FuzzSeed(writer, SchemaParser.Parse(reader ?? writer)));
        seed.Add(payload);
    }

    private void Add(byte[] payload)
    {
        if (payload.Length <= LargestPayload) Payloads.Add(payload);
    }

    private static byte[] Encode(Schema schema, Random random)
    {
        var output = new ArrayBufferWriter<byte>();
        DatumWriter.Write(output, RandomValue.Of(schema, random), schema);
        return output.WrittenSpan.ToArray();
    }
}

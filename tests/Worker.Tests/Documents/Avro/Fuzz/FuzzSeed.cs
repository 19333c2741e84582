using System.Text;
using System.Text.Json;
using Sluice.Worker.Documents.Avro;
using Worker.Tests.Schemas;

namespace Worker.Tests.Documents.Avro.Fuzz;

/// <summary>One schema with everything compiled of it, and good payloads to damage.</summary>
internal sealed class FuzzSeed
{
    private const int LargestPayload = 200;
    private const int MostJoinedPaths = 32;

    private FuzzSeed(string text)
    {
        Text = Encoding.UTF8.GetBytes(text);
        Schema = SchemaReader.Read(text);
        Check = Projection.CompileCheck(Schema);
        Paths = [.. Avro.Payloads.PathsOf(Schema.Root)];
        Projected = Projection.Compile(Schema, Paths);
        JoinedPaths = [.. Avro.Payloads.JoinedPathsOf(Schema.Root).Take(MostJoinedPaths)];
        Joined = Projection.Compile(Schema, JoinedPaths);
    }

    public byte[] Text { get; }

    public WriterType Schema { get; }

    public Projection Check { get; }

    /// <summary>Every path to text.</summary>
    public string[] Paths { get; }

    /// <summary>Finds <see cref="Paths"/>, if only none.</summary>
    public Projection Projected { get; }

    /// <summary>Paths to text through arrays and maps.</summary>
    public string[] JoinedPaths { get; }

    /// <summary>Finds <see cref="JoinedPaths"/>, if only none.</summary>
    public Projection Joined { get; }

    public List<byte[]> Payloads { get; } = [];

    /// <summary>The vectors' schemas with their small payloads, and <paramref name="random"/> schemas with random values.</summary>
    public static List<FuzzSeed> Collect(Random random)
    {
        var known = new Dictionary<string, FuzzSeed>();
        foreach (JsonElement line in Vectors.Lines("avro/values.jsonl.gz").Concat(Vectors.Lines("avro/decode-only.jsonl")))
            Add(known, line.GetProperty("schema").GetRawText(), Vectors.Bytes(line, "hex"));
        foreach (JsonElement line in Vectors.Lines("avro/resolution.jsonl"))
            Add(known, line.GetProperty("writer").GetRawText(), Vectors.Bytes(line, "hex"));
        var seeds = new List<FuzzSeed>(known.Values.Where(s => s.Payloads.Count > 0));
        for (int i = 0; i < 200; i++)
        {
            var seed = new FuzzSeed(RandomSchema.Text(random));
            for (int j = 0; j < 4; j++) seed.Add(RandomPayload.Of(seed.Schema.Root, random));
            if (seed.Payloads.Count > 0) seeds.Add(seed);
        }

        return seeds;
    }

    private static void Add(Dictionary<string, FuzzSeed> known, string writer, byte[] payload)
    {
        if (!known.TryGetValue(writer, out FuzzSeed? seed)) known.Add(writer, seed = new FuzzSeed(writer));
        seed.Add(payload);
    }

    private void Add(byte[] payload)
    {
        if (payload.Length <= LargestPayload) Payloads.Add(payload);
    }
}

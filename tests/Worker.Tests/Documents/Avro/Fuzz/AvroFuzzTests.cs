using System.Globalization;
using System.Text;
using System.Text.Json;
using Sluice.Worker.Documents.Avro;
using Sluice.Worker.Documents.Paths;
using Worker.Tests.Schemas;

namespace Worker.Tests.Documents.Avro.Fuzz;

/// <summary>Damaged payloads and schemas. SLUICE_FUZZ sets the number of cases (2,000,000), SLUICE_FUZZ_SEED the start (1).</summary>
public sealed class AvroFuzzTests
{
    private const int LargestInput = 4096;
    private const int LargestText = 16 * 1024;
    private const int Watchdog = 1_800_000;

    private static readonly long Cases = Setting("SLUICE_FUZZ", 2_000_000);
    private static readonly int Seed = (int)Setting("SLUICE_FUZZ_SEED", 1);

    /// <summary>One case in ten damages a schema, the others a payload.</summary>
    private static long SchemaCases => Cases / 10;

    [Fact(Timeout = Watchdog)]
    public async Task Damaged_payloads_are_read_or_refused_at_a_byte_and_a_field_at_no_cost() => await Task.Run(() =>
    {
        var random = new Random(Seed);
        List<FuzzSeed> seeds = FuzzSeed.Collect(random);
        Span<byte> buffer = new byte[LargestInput];
        FieldSlice[] fields = new FieldSlice[64];
        long read = 0;
        for (long i = 0; i < Cases - SchemaCases; i++)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            FuzzSeed seed = seeds[random.Next(seeds.Count)];
            byte[] good = seed.Payloads[random.Next(seed.Payloads.Count)];
            byte[] other = seeds[random.Next(seeds.Count)].Payloads[0];
            ReadOnlySpan<byte> payload = buffer[..Mutation.Apply(good, other, buffer, random)];
            long before = GC.GetAllocatedBytesForCurrentThread();
            bool done = (i % 2 == 0 ? seed.Check : seed.Projected).TryRead(payload, fields, out DecodeFailure? failure);
            if (done) read++;
            else CheckRefusal(seed, failure!, payload, GC.GetAllocatedBytesForCurrentThread() - before);
            if (done && i % 30 == 0) CheckUse(seed, payload.ToArray());
        }

        // Both ends are reached: damage that always or never shows would test half of the reader.
        Assert.InRange(read, Cases / 100, Cases * 9 / 10);
    });

    [Fact(Timeout = Watchdog)]
    public async Task Damaged_payloads_are_read_through_arrays_and_maps_as_the_check_reads_them() => await Task.Run(() =>
    {
        var random = new Random(Seed);
        List<FuzzSeed> seeds = [.. FuzzSeed.Collect(random).Where(seed => seed.JoinedPaths.Length > 0)];
        Span<byte> buffer = new byte[LargestInput];
        FieldSlice[] fields = new FieldSlice[64];
        JoinedTexts joined = new();
        long read = 0, texts = 0;
        for (long i = 0; i < SchemaCases; i++)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            FuzzSeed seed = seeds[random.Next(seeds.Count)];
            byte[] good = seed.Payloads[random.Next(seed.Payloads.Count)];
            ReadOnlySpan<byte> payload = i % 4 == 0 ? good
                : buffer[..Mutation.Apply(good, seeds[random.Next(seeds.Count)].Payloads[0], buffer, random)];
            joined.Clear();
            long before = GC.GetAllocatedBytesForCurrentThread();
            bool done = seed.Joined.TryRead(payload, fields, joined, out DecodeFailure? failure);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (4L * AvroLimits.JoinedBytes) + (1024L * payload.Length));
            if (!done) CheckRefusal(seed, failure!, payload, 0);
            if (!done || !seed.Check.TryRead(payload, [], out _)) continue;
            read++;
            texts += CheckJoined(seed, payload.ToArray(), fields, joined);
        }

        Assert.InRange(read, SchemaCases / 4, SchemaCases * 9 / 10);
        Assert.InRange(texts, SchemaCases / 10, long.MaxValue);
    });

    [Fact(Timeout = Watchdog)]
    public async Task Damaged_schemas_are_parsed_or_refused_at_no_cost() => await Task.Run(() =>
    {
        var random = new Random(Seed);
        byte[][] texts = [.. FuzzSeed.Collect(random).Select(s => s.Text),
            .. Vectors.Lines("avro/bad-schemas.jsonl").Select(l =>
                Encoding.UTF8.GetBytes(l.GetProperty("schema_text").GetString()!)).Where(t => t.Length < LargestText)];
        byte[] buffer = new byte[LargestText];
        long parsed = 0;
        for (long i = 0; i < SchemaCases; i++)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            int length = Mutation.Apply(texts[random.Next(texts.Length)], texts[random.Next(texts.Length)], buffer, random);
            string text = Encoding.Latin1.GetString(buffer, 0, length);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                WriterType schema = SchemaReader.Read(text);
                CheckCost(GC.GetAllocatedBytesForCurrentThread() - before, length);
                parsed++;
                if (parsed % 4 == 0) Payloads.Json(schema, buffer[..Math.Min(length, 64)]);
            }
            catch (AvroSchemaException exception)
            {
                CheckCost(GC.GetAllocatedBytesForCurrentThread() - before, length);
                Assert.InRange(exception.Message.Length, 20, 2000);
            }
        }

        Assert.InRange(parsed, SchemaCases / 1000, SchemaCases * 9 / 10);
    });

    private static void CheckRefusal(FuzzSeed seed, DecodeFailure failure, ReadOnlySpan<byte> payload, long allocated)
    {
        CheckCost(allocated, payload.Length);
        Assert.InRange(failure.Offset, 0, payload.Length);
        Assert.NotEmpty(failure.Reason);
        // A record's bytes are those of its fields, so all but what follows it is in one.
        if (seed.Schema.Root is global::Avro.RecordSchema && !failure.Reason.EndsWith("follow the value", StringComparison.Ordinal))
            Assert.True(failure.Path.Length > 0, $"{failure} A record's field failed and is not named.");
    }

    /// <summary>What the projection joins, a walk over the payload's JSON finds too.</summary>
    /// <returns>How many texts that were.</returns>
    private static long CheckJoined(FuzzSeed seed, byte[] payload, FieldSlice[] fields, JoinedTexts joined)
    {
        if (Payloads.Json(seed.Schema, payload) is not { } text) return 0; // too large as JSON
        JsonElement json = Vectors.Parse(text);
        long texts = 0;
        for (int i = 0; i < seed.JoinedPaths.Length; i++)
        {
            if (AvroTree.TextsOf(seed.Schema, json, seed.JoinedPaths[i]) is not { } expected) continue;
            string? found = fields[i].Kind == FieldKind.Joined ? Encoding.UTF8.GetString(joined[fields[i].Start].Bytes) : null;
            Assert.Equal(expected.Count == 0 ? null : string.Join(' ', expected), found);
            texts += expected.Count;
        }

        return texts;
    }

    private static void CheckCost(long allocated, int length) => Assert.InRange(allocated, 0, (64 * 1024) + (16L * length));

    /// <summary>
    /// What the check passes, Apache.Avro reads to the end at a bounded cost; and it holds the texts that the projection finds.
    /// </summary>
    private static void CheckUse(FuzzSeed seed, byte[] payload)
    {
        FieldSlice[] fields = new FieldSlice[seed.Paths.Length];
        if (!seed.Check.TryRead(payload, [], out _))
        {
            Assert.Null(Payloads.Json(seed.Schema, payload));
            return;
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        JsonElement json = Vectors.Parse(Payloads.Json(seed.Schema, payload)!);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (1 << 20) + (1024L * payload.Length) + (16L * seed.Text.Length));
        Assert.True(seed.Projected.TryRead(payload, fields, out DecodeFailure? failure), failure?.ToString());
        for (int i = 0; i < seed.Paths.Length; i++)
        {
            string? text = seed.Projected.Text(fields[i], payload); // of numbers and logical types too, whatever their value
            Assert.InRange(text?.Length ?? 0, 0, (4 * AvroLimits.DecimalBytes) + payload.Length);
            if (fields[i].Kind != FieldKind.Utf8) continue;
            JsonElement value = seed.Paths[i].Split('.', StringSplitOptions.RemoveEmptyEntries).Aggregate(json, (at, name) =>
                at.GetProperty(name));
            if (value.ValueKind == JsonValueKind.Object) value = value.GetProperty("string");
            Assert.Equal(value.GetString(), text);
        }
    }

    private static long Setting(string name, long normal) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
        ? long.Parse(text, CultureInfo.InvariantCulture) : normal;
}

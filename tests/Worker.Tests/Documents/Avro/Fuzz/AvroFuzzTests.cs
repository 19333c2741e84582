using System.Globalization;
using System.Text;
using System.Text.Json;
using Sluice.Worker.Documents.Avro;
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
            if (fields[i].Kind != FieldKind.Utf8) continue;
            JsonElement value = seed.Paths[i].Split('.', StringSplitOptions.RemoveEmptyEntries).Aggregate(json, (at, name) =>
                at.GetProperty(name));
            if (value.ValueKind == JsonValueKind.Object) value = value.GetProperty("string");
            Assert.Equal(value.GetString(), seed.Projected.Text(i, fields[i], payload));
        }
    }

    private static long Setting(string name, long normal) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
        ? long.Parse(text, CultureInfo.InvariantCulture) : normal;
}

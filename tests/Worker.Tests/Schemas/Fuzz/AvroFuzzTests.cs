using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Sluice.Schemas.Avro;

namespace Worker.Tests.Schemas.Fuzz;

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
        FieldSlice[] fields = new FieldSlice[1];
        long read = 0;
        for (long i = 0; i < Cases - SchemaCases; i++)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            FuzzSeed seed = seeds[random.Next(seeds.Count)];
            byte[] good = seed.Payloads[random.Next(seed.Payloads.Count)];
            byte[] other = seeds[random.Next(seeds.Count)].Payloads[0];
            ReadOnlySpan<byte> payload = buffer[..Mutation.Apply(good, other, buffer, random)];
            long before = GC.GetAllocatedBytesForCurrentThread();
            DecodeFailure? failure = null;
            bool done = (i % 3) switch
            {
                0 => seed.Plain.TryRead(payload, out _, out failure),
                1 => seed.Resolved.TryRead(payload, out _, out failure),
                _ => seed.Projected is null || seed.Projected.TryRead(payload, fields, out failure),
            };
            if (done) read++;
            else CheckRefusal(failure!, payload, GC.GetAllocatedBytesForCurrentThread() - before, NamesField(seed, failure!, isResolved: i % 3 == 1));
            if (done && i % 30 == 0) CheckRoundTrip(seed, payload);
        }

        // Both ends are reached: damage that always or never shows would test half of the decoder.
        Assert.InRange(read, Cases / 100, Cases * 9 / 10);
    });

    [Fact(Timeout = Watchdog)]
    public async Task Damaged_schemas_are_parsed_or_refused_at_no_cost() => await Task.Run(() =>
    {
        var random = new Random(Seed);
        byte[][] texts = [.. FuzzSeed.Collect(random).Select(s => s.Text), .. Vectors.Lines("avro/bad-schemas.jsonl").Select(l => Encoding.UTF8.GetBytes(l.GetProperty("schema_text").GetString()!)).Where(t => t.Length < LargestText)];
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
                Schema schema = SchemaParser.Parse(text);
                parsed++;
                if (parsed % 4 == 0) CheckUse(schema, buffer.AsSpan(0, Math.Min(length, 64)));
            }
            catch (AvroSchemaException exception)
            {
                CheckCost(GC.GetAllocatedBytesForCurrentThread() - before, length);
                Assert.InRange(exception.Message.Length, 20, 2000);
            }
        }

        Assert.InRange(parsed, SchemaCases / 1000, SchemaCases * 9 / 10);
    });

    /// <summary>A record's bytes are those of its fields, so all but what follows it is in one; a reader that is no such record fails at its first byte.</summary>
    private static bool NamesField(FuzzSeed seed, DecodeFailure failure, bool isResolved) =>
        seed.Schema.Kind == SchemaKind.Record && !failure.Reason.EndsWith("follow the value", StringComparison.Ordinal) && !(isResolved && failure.Offset == 0);

    private static void CheckRefusal(DecodeFailure failure, ReadOnlySpan<byte> payload, long allocated, bool namesField)
    {
        CheckCost(allocated, payload.Length);
        Assert.InRange(failure.Offset, 0, payload.Length);
        Assert.NotEmpty(failure.Reason);
        if (namesField) Assert.True(failure.Path.Length > 0, $"{failure} A record's field failed and is not named.");
    }

    private static void CheckCost(long allocated, int length) => Assert.InRange(allocated, 0, (64 * 1024) + (16L * length));

    /// <summary>What is read is read the same by every way: written again it gives the same JSON, and the projection finds the same text.</summary>
    private static void CheckRoundTrip(FuzzSeed seed, ReadOnlySpan<byte> payload)
    {
        if (!seed.Plain.TryRead(payload, out AvroValue value, out _)) return;
        string json = Json(value, seed.Schema);
        var output = new ArrayBufferWriter<byte>();
        DatumWriter.Write(output, value, seed.Schema);
        Assert.Equal(json, Json(seed.Plain.Read(output.WrittenSpan), seed.Schema));
        Assert.True(JsonEncoding.TryRead(Vectors.Parse(json), seed.Schema, out AvroValue back, out string problem), problem);
        Assert.Equal(json, Json(back, seed.Schema));
        if (seed.Projected is null) return;
        FieldSlice[] fields = new FieldSlice[1];
        seed.Projected.Read(payload, fields);
        Assert.Equal(value.AsItems[seed.TextField!.Position].AsString, seed.Projected.Text(0, fields[0], payload));
    }

    private static void CheckUse(Schema schema, ReadOnlySpan<byte> payload)
    {
        string canonical = CanonicalForm.Of(schema);
        Assert.Equal(canonical, CanonicalForm.Of(SchemaParser.Parse(canonical)));
        Resolution.Compile(schema).TryRead(payload, out _, out _);
    }

    private static string Json(AvroValue value, Schema schema)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { MaxDepth = AvroLimits.JsonDepth })) JsonEncoding.Write(writer, value, schema);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static long Setting(string name, long normal) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? long.Parse(text, CultureInfo.InvariantCulture) : normal;
}

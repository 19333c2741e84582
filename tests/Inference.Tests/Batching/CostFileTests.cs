using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Sluice.Inference.Batching;
using Sluice.Inference.Modes;

namespace Inference.Tests.Batching;

public sealed class CostFileTests
{
    private static readonly CostFingerprint Here = new("AMD \"EPYC\" 9", "1.30.0", "sha256:ab12");
    private static readonly CostKey Key = new("teacher", Precision.Int8, 2);

    [Fact]
    public void What_was_learned_is_there_again()
    {
        CostModels models = Learned();
        Assert.True(CostFile.TryRead(Write(models), Here, out CostModels again, out _));
        Assert.Equal(models.Keys.Order(Comparer<CostKey>.Create((a, b) => a.Concurrency - b.Concurrency)),
            again.Keys.Order(Comparer<CostKey>.Create((a, b) => a.Concurrency - b.Concurrency)));
        foreach (CostKey key in models.Keys) Assert.Equal(models[key].Current, again[key].Current);
    }

    [Fact]
    public void A_model_that_has_learned_nothing_is_left_out()
    {
        CostModels models = new(Here);
        _ = models[Key];
        Assert.True(CostFile.TryRead(Write(models), Here, out CostModels again, out _));
        Assert.Empty(again.Keys);
    }

    [Fact]
    public void A_distrusted_model_is_not_trusted_on_the_next_start()
    {
        CostModels models = new(Here);
        Assert.True(models.TryAdd(Key, new CostSnapshot(BatchCost.Guess, 0.6, 50, false)));
        Assert.True(CostFile.TryRead(Write(models), Here, out CostModels again, out _));
        Assert.False(again[Key].Current.IsTrusted);
    }

    [Theory]
    [InlineData("another CPU", "1.30.0", "sha256:ab12")]
    [InlineData("AMD \"EPYC\" 9", "1.31.0", "sha256:ab12")]
    [InlineData("AMD \"EPYC\" 9", "1.30.0", "sha256:cd")]
    public void What_was_learned_elsewhere_is_refused(string machine, string runtime, string model)
    {
        Assert.False(CostFile.TryRead(Write(Learned()), new CostFingerprint(machine, runtime, model), out CostModels models,
            out string? refusal));
        Assert.Contains("it was learned from 'AMD \"EPYC\" 9'", refusal, StringComparison.Ordinal);
        Assert.Empty(models.Keys);
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("[]", "not JSON of learned costs")]
    [InlineData("null", "null")]
    [InlineData("""{"format":3,"origin":{"machine":"AMD \"EPYC\" 9","runtime":"1.30.0","model":"sha256:ab12"},"models":[]}""",
        "its format is 3")]
    [InlineData("""{"format":2,"origin":null,"models":[]}""", "not JSON of learned costs")]
    [InlineData("""{"format":2,"origin":{"machine":"AMD \"EPYC\" 9","runtime":"1.30.0","model":"sha256:ab12"},"models":[null]}""", "null")]
    [InlineData("""{"format":2,"format":1,"origin":{"machine":"AMD \"EPYC\" 9","runtime":"1.30.0","model":"sha256:ab12"},"models":[]}""",
        "not JSON of learned costs")]
    [InlineData("""{"format":2,"origin":{"machine":"AMD \"EPYC\" 9","runtime":"1.30.0","model":"sha256:ab12"}}""",
        "not JSON of learned costs")]
    public void What_is_no_cost_file_is_refused(string json, string reason) => AssertRefused(json, reason);

    /// <summary>As it was written while attention's cells had a mask's cost beside them.</summary>
    [Fact]
    public void A_file_of_the_first_format_is_refused_by_its_number() => AssertRefused(
        """
        {"format":1,"origin":{"machine":"AMD \"EPYC\" 9","runtime":"1.30.0","model":"sha256:ab12"},"models":[
        {"mode":"teacher","precision":"Int8","concurrency":2,"batches":962,"meanError":0.03,
        "cost":{"batchMs":1.4,"rowMs":0,"tokenMs":0.15,"cellMs":9e-5,"maskMs":1e-5}}]}
        """,
        "its format is 1, and this version reads 2");

    [Theory]
    [InlineData("cost", "batchMs", "-0.1", "not within 0..")]
    [InlineData("cost", "cellMs", "1e300", "not within 0..")]
    [InlineData("cost", "squareMs", "-1e-9", "not within 0..")]
    [InlineData("cost", "tokenMs", "1e999", "")]
    [InlineData("cost", "tokenMs", "\"NaN\"", "not JSON of learned costs")]
    [InlineData("cost", "surprise", "1", "not JSON of learned costs")]
    [InlineData(null, "concurrency", "0", "0 batches at once")]
    [InlineData(null, "batches", "-5", "-5 batches")]
    [InlineData(null, "batches", "9223372036854775807", "not within 1..")]
    [InlineData(null, "meanError", "1.5", "1.5")]
    [InlineData(null, "precision", "7", "7 is no precision")]
    [InlineData(null, "precision", "\"Int9\"", "not JSON of learned costs")]
    [InlineData(null, "mode", "\"\"", "a mode's name")]
    [InlineData(null, "mode", "null", "not JSON of learned costs")]
    public void One_wrong_value_refuses_the_whole(string? parent, string name, string value, string reason)
    {
        JsonNode file = JsonNode.Parse(Write(Learned()))!;
        JsonNode entry = file["models"]![1]!;
        ((JsonObject)(parent is null ? entry : entry[parent]!))[name] = "@";
        AssertRefused(file.ToJsonString().Replace("\"@\"", value, StringComparison.Ordinal), reason);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e-300)]
    public void Costs_of_next_to_nothing_are_refused(double batchMs) =>
        AssertRefused(Encoding.UTF8.GetString(Write(ModelsWith(new CostSnapshot(new BatchCost(batchMs, 0, 0, 0, 0), 0.1, 20, true)))),
            "less than 1E-06");

    [Fact]
    public void One_key_twice_is_refused()
    {
        JsonNode file = JsonNode.Parse(Write(Learned()))!;
        ((JsonArray)file["models"]!).Add(file["models"]![0]!.DeepClone());
        AssertRefused(file.ToJsonString(), "twice");
    }

    [Fact]
    public void A_file_of_megabytes_is_refused_unread() => AssertRefused(new string(' ', 2 << 20), "2097152 bytes");

    [Fact]
    public void Any_bytes_are_refused_or_give_a_model_that_works() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            byte[] json = Mutate(Write(Learned()), new Random(seed));
            bool read = CostFile.TryRead(json, Here, out CostModels models, out string? refusal);
            Assert.Equal(read, refusal is null);
            if (!read) Assert.Empty(models.Keys);
            foreach (CostKey key in models.Keys)
            {
                CostModel model = models[key];
                model.Observe(BatchShape.Of(8, 10, 12), 5);
                Assert.True(double.IsFinite(model.Current.Cost.Predict(BatchShape.Of([.. Enumerable.Repeat(512, 64)]))));
                Assert.InRange(model.Current.MeanError, 0, 1);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    private static byte[] Mutate(byte[] json, Random random)
    {
        List<byte> bytes = [.. json];
        for (int i = random.Next(1, 6); i > 0; i--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.RemoveRange(at, Math.Min(random.Next(40), bytes.Count - at)); break;
                case 2: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(60), bytes.Count - at))); break;
                case 3: bytes.Insert(at, "0123456789eE-+.,:{}[]\""u8[random.Next(22)]); break;
                default: bytes[at] = "0123456789"u8[random.Next(10)]; break;
            }

            if (bytes.Count == 0) bytes.Add(0);
        }

        return [.. bytes];
    }

    private static void AssertRefused(string json, string reason)
    {
        Assert.False(CostFile.TryRead(Encoding.UTF8.GetBytes(json), Here, out CostModels models, out string? refusal));
        Assert.Contains(reason, refusal, StringComparison.Ordinal);
        Assert.Empty(models.Keys);
        Assert.False(models[Key].Current.IsTrusted);
    }

    private static CostModels ModelsWith(CostSnapshot known)
    {
        CostModels models = new(Here);
        models.TryAdd(Key, known);
        return models;
    }

    private static CostModels Learned()
    {
        CostModels models = new(Here);
        BatchCost truth = new(0.35, 0.15, 0.07, 1.4e-4, 0.7e-4);
        foreach (CostKey key in new[] { Key with { Concurrency = 1 }, Key, Key with { Precision = Precision.Fp32, Concurrency = 3 } })
        {
            for (int i = 1; i <= 60; i++)
            {
                BatchShape shape = BatchShape.Of([.. Enumerable.Range(0, 1 + (i % 7)).Select(row => 1 + (i * (row + 1) / 7))]);
                models[key].Observe(shape, truth.Predict(shape) * (1 + (i % 5 * 0.01)));
            }
        }

        return models;
    }

    private static byte[] Write(CostModels models)
    {
        ArrayBufferWriter<byte> output = new();
        CostFile.Write(models, output);
        return output.WrittenSpan.ToArray();
    }
}

using System.Text.Json;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;
using Sluice.Inference.Students;

namespace FunctionalTests.Inference;

/// <summary>The group as one graph of stacked weights gives what the group as a graph each gives, in any company.</summary>
public sealed class StackedGroupTests
{
    public static TheoryData<string> Bundles => StudentGroupTests.Bundles;

    private static ModelBundle Tiny => ModelBundle.Load(Models.Tiny);

    [Theory]
    [MemberData(nameof(Bundles))]
    public void Logits_of_every_prefix_agree_with_the_training_program_to_1e_3(string name)
    {
        ModelBundle bundle = ModelBundle.Load(Models.FolderOf(name));
        using StackedGroupEngine group = StackedGroupEngine.Load(bundle, All(bundle), new EngineOptions());
        foreach ((int[] ids, float[][] prefixes) in Read(name).Take(60))
        {
            for (int count = 1; count <= prefixes.Length; count++)
            {
                (BatchOutcome outcome, float[] logits) = Run(group, count, ids);
                Assert.Equal((Mode.Students(count, Precision.Fp32), count), (outcome.Provenance.Mode, outcome.Provenance.StudentsUsed));
                AssertClose(prefixes[count - 1], logits, 1e-3f);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Bundles))]
    public void Logits_of_a_document_are_the_same_to_1e_5_in_any_company(string name)
    {
        ModelBundle bundle = ModelBundle.Load(Models.FolderOf(name));
        int count = bundle.Manifest.StudentCount, labels = bundle.Identity.Labels.Count;
        using StackedGroupEngine group = StackedGroupEngine.Load(bundle, All(bundle), new EngineOptions());
        int[][] documents = [.. Read(name).Select(pair => pair.Ids).Where(ids => ids.Length <= 128).Take(9)];
        float[] together = Run(group, count, documents).Logits;
        for (int row = 0; row < documents.Length; row++) AssertClose(Run(group, count, documents[row]).Logits,
            together[(row * labels)..((row + 1) * labels)], 1e-5f);
    }

    [Fact]
    public void What_does_not_fit_is_refused_by_its_number()
    {
        using StackedGroupEngine group = StackedGroupEngine.Load(Tiny, All(Tiny), new EngineOptions());
        Assert.Contains("students:3 (fp32) is not loaded", Assert.Throws<ArgumentException>(() => Run(group, 3, [2, 7, 3])).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Run(group, 0, [2, 7, 3]));
        using PackedBatch<int> batch = Batch([2, 7, 3], [2, 3]);
        Assert.Contains("needs 4 places, not 3", Assert.Throws<ArgumentException>(() => group.Run(batch.Tensors, new float[3])).Message,
            StringComparison.Ordinal);
        Assert.Contains("has 65 tokens but the encoder has 64 positions",
            Assert.Throws<ArgumentException>(() => Run(group, 1, new int[65])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("students:3", Precision.Fp32)]
    [InlineData("students:2", Precision.Int8)]
    internal void Stacked_students_that_a_bundle_lacks_are_named(string mode, Precision precision) => Assert.Contains(
        $"no graph in {precision} stacks the weights of the first {mode[^1]} students; run them in a session each",
        Assert.Throws<BundleException>(() =>
            GraphEngine.Create(Tiny, Mode.TryParse(mode, precision)!, new EngineOptions())).Message,
                StringComparison.Ordinal);

    [Fact]
    public void A_run_of_any_prefix_allocates_no_more_than_that_of_its_session()
    {
        using StackedGroupEngine group = StackedGroupEngine.Load(Tiny, All(Tiny), new EngineOptions());
        using PackedBatch<int> batch = Batch([2, 7, 3]);
        var logits = new float[group.Model.Labels.Count];
        for (int count = 1; count <= 2; count++) group.Run(batch.Tensors, count, logits);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int time = 0; time < 100; time++) group.Run(batch.Tensors, 1 + (time % 2), logits);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100 * Models.BytesARun);
    }

    [Theory]
    [InlineData("students:2", nameof(Precision.Fp32), nameof(ExecutionProvider.Cuda), true)]
    [InlineData("students:1", nameof(Precision.Fp32), nameof(ExecutionProvider.Cuda), true)]
    [InlineData("students:3", nameof(Precision.Fp32), nameof(ExecutionProvider.Cuda), false)] // the bundle has two
    [InlineData("students:2", nameof(Precision.Int8), nameof(ExecutionProvider.Cuda), false)]
    [InlineData("students:2", nameof(Precision.Fp32), nameof(ExecutionProvider.Cpu), false)]
    [InlineData("swift", nameof(Precision.Fp32), nameof(ExecutionProvider.Cuda), false)]
    public void Only_students_in_fp32_on_a_gpu_have_two_ways(string mode, string precision, string provider, bool expected) =>
        Assert.Equal(expected,
            StackedGroupEngine.IsWorthATrial(ModelBundle.Load(Models.Tiny).Manifest,
                Mode.TryParse(mode, Enum.Parse<Precision>(precision))!, Enum.Parse<ExecutionProvider>(provider)));

    [Fact]
    public void A_manifest_whose_group_has_no_fp32_graph_is_refused()
    {
        using var copy = new BundleCopy();
        copy.Manifest(manifest =>
            manifest["graphs"]!["group.1"] = new System.Text.Json.Nodes.JsonObject { ["int8"] = "student.1.int8.onnx" });
        Assert.Contains("expected graphs.group.1.fp32, found none",
            Assert.Throws<BundleException>(() => ModelBundle.Load(copy.Folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_graph_of_another_group_is_refused()
    {
        using var copy = new BundleCopy();
        copy.Replace("group.2.fp32.onnx", "group.2", "group.1").Sign("group.2.fp32.onnx");
        Assert.Contains("group.2.fp32.onnx: expected metadata role group.2, found group.1",
            Assert.Throws<BundleException>(() => ModelBundle.Load(copy.Folder)).Message, StringComparison.Ordinal);
    }

    private static Mode All(ModelBundle bundle) => Mode.Students(bundle.Manifest.StudentCount, Precision.Fp32);

    private static (BatchOutcome Outcome, float[] Logits) Run(StackedGroupEngine group, int count, params int[][] documents)
    {
        using PackedBatch<int> batch = Batch(documents);
        float[] logits = new float[batch.Rows * group.Model.Labels.Count];
        return (group.Run(batch.Tensors, count, logits), logits);
    }

    private static PackedBatch<int> Batch(params int[][] documents)
    {
        var batch = new PackedBatch<int>(documents.Length, documents.Sum(ids => ids.Length));
        for (int row = 0; row < documents.Length; row++) batch.TryAdd(row, documents[row]);
        batch.Seal();
        return batch;
    }

    private static void AssertClose(float[] expected, float[] found, float tolerance)
    {
        Assert.Equal(expected.Length, found.Length);
        foreach ((float one, float other) in expected.Zip(found)) Assert.Equal(one, other, tolerance);
    }

    private static IEnumerable<(int[] Ids, float[][] Prefixes)> Read(string name) =>
        Lines(name, "golden.jsonl").Zip(Lines(name, "golden.students.jsonl"), (document, golden) =>
        (document.GetProperty("ids").Deserialize<int[]>()!, golden.GetProperty("prefixes").Deserialize<float[][]>()!));

    private static IEnumerable<JsonElement> Lines(string name, string file) =>
        File.ReadLines(Path.Combine(Models.FolderOf(name), file)).Select(line => JsonElement.Parse(line));
}

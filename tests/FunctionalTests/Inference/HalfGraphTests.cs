using System.Text.Json;
using Sluice.Inference;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Students;

namespace FunctionalTests.Inference;

/// <summary>
/// The fp16 graphs, run without a GPU: ONNX Runtime's CPU provider casts to float32 where it has no kernel of 16 bits, so what a GPU gives
/// may lie a little further from the golden logits (training/README.md, "In 16 bits").
/// </summary>
public sealed class HalfGraphTests
{
    private const float FromGolden = 0.03f, BetweenCompanies = 1e-3f;

    private static readonly EngineOptions ByCasts = new() { AllowsCastPrecision = true };

    public static TheoryData<string> Bundles => StudentGroupTests.Bundles;

    [Theory]
    [MemberData(nameof(Bundles))]
    public void Logits_agree_with_the_training_program_to_3e_2_and_nearly_all_labels_do(string name)
    {
        ModelBundle bundle = ModelBundle.Load(Models.FolderOf(name));
        Golden[] documents = [.. Read(name).Take(100)];
        AssertGolden(bundle, Mode.Teacher(Precision.Fp16), documents, golden => golden.Logits);
        AssertGolden(bundle, Mode.Swift(Precision.Fp16), documents, golden => golden.Swift);
        for (int count = 1; count <= bundle.Manifest.StudentCount; count++)
            AssertGolden(bundle, Mode.Students(count, Precision.Fp16), documents, golden => golden.Prefixes[count - 1]);
    }

    [Theory]
    [MemberData(nameof(Bundles))]
    public void Stacked_students_agree_with_those_in_a_session_each_to_3e_2(string name)
    {
        ModelBundle bundle = ModelBundle.Load(Models.FolderOf(name));
        Mode all = Mode.Students(bundle.Manifest.StudentCount, Precision.Fp16);
        using StackedGroupEngine stacked = StackedGroupEngine.Load(bundle, all, ByCasts);
        Assert.Equal(Enumerable.Range(1, all.StudentCount).Select(count => Mode.Students(count, Precision.Fp16)), stacked.Modes);
        foreach (Golden golden in Read(name).Take(60))
        {
            for (int count = 1; count <= all.StudentCount; count++)
                AssertClose(golden.Prefixes[count - 1], Run(stacked, Mode.Students(count, Precision.Fp16), golden.Ids), FromGolden);
        }
    }

    [Theory]
    [MemberData(nameof(Bundles))]
    public void Logits_of_a_document_are_the_same_to_1e_3_in_any_company(string name)
    {
        ModelBundle bundle = ModelBundle.Load(Models.FolderOf(name));
        int[][] documents = [.. Read(name).Select(golden => golden.Ids).Where(ids => ids.Length <= 128).Take(9)];
        Mode[] modes = [Mode.Teacher(Precision.Fp16), Mode.Swift(Precision.Fp16),
            Mode.Students(bundle.Manifest.StudentCount, Precision.Fp16)];
        using EngineSelector engines = new(bundle, modes, ByCasts);
        int labels = bundle.Identity.Labels.Count;
        foreach (Mode mode in modes)
        {
            float[] together = Run(engines, mode, documents);
            for (int row = 0; row < documents.Length; row++)
                AssertClose(Run(engines, mode, documents[row]), together[(row * labels)..((row + 1) * labels)], BetweenCompanies);
        }
    }

    [Theory]
    [MemberData(nameof(Bundles))]
    public void Each_graph_is_whole_and_has_its_weights_in_the_one_file_of_the_bundle(string name)
    {
        ModelBundle bundle = ModelBundle.Load(Models.FolderOf(name));
        string[] files = [.. Directory.EnumerateFiles(bundle.Directory, "*fp16*.onnx")];
        Assert.Equal(files.Select(Path.GetFileName).Order(), bundle.Manifest.Files.Keys.Where(file => file.Contains("fp16")).Order());
        Assert.Contains(files, file => file.EndsWith("-pmha.onnx", StringComparison.Ordinal)); // which no test can run without a GPU
        foreach (string file in files)
        {
            Assert.InRange(new FileInfo(file).Length, 1, 64 * 1024);
            OnnxGraphReader graph = OnnxGraphReader.Parse(File.ReadAllBytes(file));
            Assert.All(graph.Tensors.Values.Where(tensor => tensor.File is not null),
                tensor => Assert.Equal(bundle.Manifest.Weights, tensor.File));
            HashSet<string> known = [.. graph.Inputs.Select(input => input.Name), .. graph.Tensors.Keys, ""];
            foreach (GraphNode node in graph.Nodes)
            {
                Assert.All(node.Inputs, input => Assert.Contains(input, known));
                known.UnionWith(node.Outputs);
            }

            Assert.All(graph.Outputs, output => Assert.Contains(output.Name, known));
        }
    }

    private static void AssertGolden(ModelBundle bundle, Mode mode, Golden[] documents, Func<Golden, float[]> expected)
    {
        using IEngine engine = EngineFactory.Create(bundle, mode, ByCasts);
        int same = 0;
        foreach (Golden golden in documents)
        {
            float[] found = Run(engine, mode, golden.Ids);
            AssertClose(expected(golden), found, FromGolden);
            if (Scores.Largest(found) == Scores.Largest(expected(golden))) same++;
        }

        Assert.InRange(same, (int)Math.Ceiling(documents.Length * 0.995), documents.Length);
    }

    private static float[] Run(IEngine engine, Mode mode, params int[][] documents)
    {
        using var batch = new PackedBatch<int>(documents.Length, documents.Sum(ids => ids.Length));
        for (int row = 0; row < documents.Length; row++) batch.TryAdd(row, documents[row]);
        batch.Seal();
        float[] logits = new float[batch.Rows * engine.Model.Labels.Count];
        engine.Run(batch.Tensors, mode, new CollectedRows(logits));
        return logits;
    }

    private static void AssertClose(float[] expected, float[] found, float tolerance)
    {
        Assert.Equal(expected.Length, found.Length);
        foreach ((float one, float other) in expected.Zip(found)) Assert.Equal(one, other, tolerance);
    }

    private static IEnumerable<Golden> Read(string name) =>
        Lines(name, "golden.jsonl").Zip(Lines(name, "golden.students.jsonl"), (document, students) => new Golden(
            document.GetProperty("ids").Deserialize<int[]>()!, document.GetProperty("logits").Deserialize<float[]>()!,
            students.GetProperty("prefixes").Deserialize<float[][]>()!, students.GetProperty("swift").Deserialize<float[]>()!));

    private static IEnumerable<JsonElement> Lines(string name, string file) =>
        File.ReadLines(Path.Combine(Models.FolderOf(name), file)).Select(line => JsonElement.Parse(line));

    private sealed record Golden(int[] Ids, float[] Logits, float[][] Prefixes, float[] Swift);
}

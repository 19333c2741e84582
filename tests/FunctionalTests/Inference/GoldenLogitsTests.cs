using System.Text.Json;
using Sluice.Inference;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;

namespace FunctionalTests.Inference;

/// <summary>golden.jsonl of a bundle: documents with the ids and logits that the training program computed from the same weights.</summary>
public sealed class GoldenLogitsTests
{
    public static TheoryData<string> Bundles => Models.BundleNames();

    [Theory]
    [MemberData(nameof(Bundles))]
    public void Fp32_logits_agree_with_the_training_program_to_1e_3(string name)
    {
        ModelBundle bundle = ModelBundle.Load(Models.FolderOf(name));
        using GraphEngine engine = GraphEngine.Create(bundle, Mode.Teacher(Precision.Fp32), new EngineOptions());
        using var classifier = new Classifier(bundle, engine, engine.Modes[0]);
        foreach (Golden golden in Read(name))
        {
            Classification found = classifier.Classify(golden.Ids);
            foreach ((float expected, float logit) in golden.Logits.Zip(found.Logits))
                Assert.Equal(expected, logit, 1e-3f);
        }
    }

    [Theory]
    [MemberData(nameof(Bundles))]
    public void Texts_become_the_ids_that_the_training_program_saw(string name)
    {
        ModelBundle bundle = ModelBundle.Load(Models.FolderOf(name));
        var tokenizer = bundle.CreateTokenizer();
        var ids = new int[bundle.Identity.MaxTokens];
        foreach (Golden golden in Read(name).Where(golden => golden.Text is not null))
        {
            int count = tokenizer.Encode(System.Text.Encoding.UTF8.GetBytes(golden.Text!), ids).Count;
            Assert.Equal(golden.Ids, ids[..count]);
        }
    }

    /// <summary>
    /// The bundle's manifest has the counts over whole test sets; this guards what is served against a quantization gone wrong.
    /// </summary>
    [Theory]
    [MemberData(nameof(Bundles))]
    public void Int8_and_fp32_give_nearly_all_documents_the_same_label(string name)
    {
        ModelBundle bundle = ModelBundle.Load(Models.FolderOf(name));
        using GraphEngine engine = GraphEngine.Create(bundle, Mode.Teacher(Precision.Int8), new EngineOptions());
        using var classifier = new Classifier(bundle, engine, engine.Modes[0]);
        Golden[] documents = [.. Read(name)];
        int same = documents.Count(golden =>
            classifier.Classify(golden.Ids).Label == bundle.Identity.Labels[golden.Logits.IndexOf(golden.Logits.Max())]);
        Assert.InRange(same, (int)Math.Ceiling(documents.Length * 0.98), documents.Length);
    }

    private static IEnumerable<Golden> Read(string name) =>
        File.ReadLines(Path.Combine(Models.FolderOf(name), "golden.jsonl")).Select(line =>
            JsonSerializer.Deserialize<Golden>(line, JsonSerializerOptions.Web)!);

    private sealed record Golden(string? Text, int[] Ids, float[] Logits);
}

using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;

namespace FunctionalTests.Inference;

/// <summary>A document's logits must not depend on who shares its batch: replays and retries would disagree with themselves
/// (docs/models.md, "One document, one label").</summary>
public sealed class BatchInvarianceTests
{
    public static TheoryData<string> Bundles => Models.BundleNames();

    [Theory]
    [MemberData(nameof(Bundles))]
    public void Int8_logits_of_a_document_are_the_same_bits_alone_and_in_any_company(string bundle) =>
        Compare(bundle, Precision.Int8, (alone, together) =>
            Assert.Equal(BitConverter.SingleToInt32Bits(alone), BitConverter.SingleToInt32Bits(together)));

    [Theory]
    [MemberData(nameof(Bundles))]
    public void Fp32_logits_of_a_document_agree_to_1e_5_alone_and_in_any_company(string bundle) =>
        Compare(bundle, Precision.Fp32, (alone, together) => Assert.Equal(alone, together, 1e-5f));

    private static void Compare(string name, Precision precision, Action<float, float> compare)
    {
        ModelBundle bundle = ModelBundle.Load(Models.FolderOf(name));
        using GraphEngine engine = GraphEngine.Create(bundle, Mode.Teacher(precision), new EngineOptions());
        var random = new Random(11);
        int longest = int.Min(bundle.Identity.MaxTokens, 96);
        foreach (int length in new[] { 3, 7, 16, longest })
        {
            int[] document = Document(bundle, random, length);
            float[] alone = Logits(engine, [document])[0];
            int[][] shortMates = [.. Enumerable.Range(0, 5).Select(_ => Document(bundle, random, 3))];
            int[][] longMates = [.. Enumerable.Range(0, 3).Select(_ => Document(bundle, random, longest))];
            int[][] mixed = [.. Enumerable.Range(0, 16).Select(_ => Document(bundle, random, random.Next(2, longest + 1)))];
            foreach (int[][] mates in new[] { shortMates, longMates, mixed })
            {
                foreach (int place in new[] { 0, mates.Length / 2, mates.Length })
                {
                    int[][] batch = [.. mates[..place], document, .. mates[place..]];
                    foreach ((float a, float b) in alone.Zip(Logits(engine, batch)[place]))
                        compare(a, b);
                }
            }
        }
    }

    private static float[][] Logits(GraphEngine engine, int[][] documents)
    {
        using var batch = new PackedBatch<int>(documents.Length, documents.Sum(ids => ids.Length));
        for (int row = 0; row < documents.Length; row++)
            batch.TryAdd(row, documents[row]);
        batch.Seal();
        var logits = new float[documents.Length * engine.Model.Labels.Count];
        engine.Run(batch.Tensors, logits);
        return [.. logits.Chunk(engine.Model.Labels.Count)];
    }

    private static int[] Document(ModelBundle bundle, Random random, int length) =>
        [bundle.Vocabulary.Classify, .. Enumerable.Range(0, length - 2).Select(_ => random.Next(bundle.Vocabulary.Count)),
            bundle.Vocabulary.Separator];
}

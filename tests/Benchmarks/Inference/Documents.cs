namespace Benchmarks.Inference;

/// <summary>The 128 documents of docs/results/inference-design.md, made again: lengths lognormal clipped to 4..128, mean 43.6 and median
/// 37 tokens.</summary>
internal static class Documents
{
    public const int Count = 128;

    private const int Seed = 880; // among the seeds tried, one whose sample has the specification's mean and median
    private const double Median = 37;
    private const double Sigma = 0.6;
    private const int Classify = 101, Separator = 102, FirstWord = 1996, LastWord = 29611; // of BERT's uncased vocabulary

    /// <summary>Token ids, [CLS] first and [SEP] last, words drawn evenly.</summary>
    public static int[][] Create()
    {
        var random = new Random(Seed);
        int[] lengths = [.. Enumerable.Range(0, Count).Select(_ => Length(random))];
        return [.. lengths.Select(length =>
            (int[])[Classify, .. Enumerable.Range(0, length - 2).Select(_ => random.Next(FirstWord, LastWord + 1)), Separator])];
    }

    /// <summary>The documents in the batches of a policy.</summary>
    public static int[][][] Batches(int[][] documents, Policy policy) => policy switch
    {
        Policy.One => [.. documents.Select(document => new[] { document })],
        Policy.Fifo16 => [.. documents.Chunk(16)],
        _ => [.. documents.OrderBy(document => document.Length).Chunk(16)],
    };

    // Box and Muller's transform, so that the lengths are the same on every machine and .NET.
    private static int Length(Random random)
    {
        double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return Math.Clamp((int)Math.Round(Median * Math.Exp(Sigma * normal)), 4, 128);
    }
}

namespace Worker.Tests.Control.Simulated;

/// <summary>What came of a simulated load.</summary>
internal static class SimulatedRun
{
    /// <summary>The latency in seconds that a share of the documents stays under.</summary>
    public static double Latency(this IEnumerable<SimulatedDocument> documents, double share)
    {
        double[] sorted = [.. documents.Select(document => document.DoneAt!.Value - document.ArrivedAt).Order()];
        return sorted[(int)Math.Min(sorted.Length - 1, share * sorted.Length)];
    }

    /// <summary>Accuracy given up against the best rung, summed over documents.</summary>
    public static double GivenUp(this IEnumerable<SimulatedDocument> documents, IReadOnlyList<double> accuracies) =>
        documents.Sum(document => accuracies[0] - accuracies[document.Rung]);

    public static double ShareIn(this IReadOnlyCollection<SimulatedDocument> documents, int rung) =>
        documents.Count(document => document.Rung == rung) / (double)documents.Count;
}

namespace Benchmarks.Batching;

/// <summary>
/// Compares two ways to clear the same documents more closely than whole sets can: the machine's speed drifts by a quarter within minutes,
/// and hardly within the seconds of a slice and its pair.
/// </summary>
/// <remarks>A ratio is of this process's processor time, which is what a document costs while others wait; that one inference thread ends
/// before the other, a large part of a slice's wall time, is left out of it.</remarks>
internal static class PairedSlices
{
    /// <summary>
    /// How many times as many documents <paramref name="ours"/> clears for the same processor time as <paramref name="theirs"/>, by pairs;
    /// first one, then the other goes first.
    /// </summary>
    /// <param name="documents">At least one slice; what is left over is left out.</param>
    /// <param name="slice">Documents in a slice: the fewer, the less the machine drifts between a slice and its pair.</param>
    /// <param name="times">Pairs for each slice, at least 1.</param>
    /// <param name="ours">Clears documents.</param>
    /// <param name="theirs">The same, in the other way.</param>
    /// <param name="cancel">Looked at before each pair.</param>
    public static Sample Ratio(int[][] documents, int slice, int times, Action<int[][]> ours, Action<int[][]> theirs,
        CancellationToken cancel)
    {
        List<double> ratios = [];
        for (int time = 0; time < times; time++)
        {
            for (int start = 0; start + slice <= documents.Length; start += slice)
            {
                cancel.ThrowIfCancellationRequested();
                int[][] part = documents[start..(start + slice)];
                bool first = (time + (start / slice)) % 2 == 0;
                double before = first ? Seconds(theirs, part) : 0, own = Seconds(ours, part);
                ratios.Add((first ? before : Seconds(theirs, part)) / own);
            }
        }

        return Sample.Of(ratios);
    }

    private static double Seconds(Action<int[][]> clear, int[][] documents)
    {
        double before = Environment.CpuUsage.TotalTime.TotalSeconds;
        clear(documents);
        return Environment.CpuUsage.TotalTime.TotalSeconds - before;
    }
}

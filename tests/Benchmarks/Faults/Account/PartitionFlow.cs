namespace Benchmarks.Faults.Account;

/// <summary>When what came of one partition of documents: where it stood still while something waited. Immutable; times are seconds.
/// </summary>
internal sealed class PartitionFlow
{
    private readonly double[] _done; // first outcomes, ascending
    private readonly double[] _waitingSince; // of each of them: the earliest arrival among it and those after it

    /// <param name="documents">When each came, and when the first thing came of it.</param>
    public PartitionFlow(IEnumerable<(double Came, double Done)> documents)
    {
        (double Came, double Done)[] byEnd = [.. documents.OrderBy(document => document.Done)];
        _done = [.. byEnd.Select(document => document.Done)];
        _waitingSince = new double[byEnd.Length];
        double earliest = double.PositiveInfinity;
        for (int i = byEnd.Length - 1; i >= 0; i--) _waitingSince[i] = earliest = Math.Min(earliest, byEnd[i].Came);
    }

    /// <summary>The longest stretch in which documents waited and nothing came of any; 0 of an empty partition.</summary>
    public double LongestStandstill
    {
        get
        {
            double longest = 0, last = double.NegativeInfinity;
            for (int i = 0; i < _done.Length; i++)
            {
                longest = Math.Max(longest, _done[i] - Math.Max(last, _waitingSince[i]));
                last = _done[i];
            }

            return longest;
        }
    }

    /// <summary>From a moment, or from the first document that waits after it, until something comes of one again; 0 where none waits.
    /// </summary>
    /// <param name="from">The moment.</param>
    /// <param name="grace">What comes within so many seconds of it was under way before, and is passed over.</param>
    public double Recovery(double from, double grace = 0)
    {
        int next = Array.FindIndex(_done, done => done >= from + grace);
        return next < 0 ? 0 : Math.Max(0, _done[next] - Math.Max(from, _waitingSince[next]));
    }
}

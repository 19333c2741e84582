using System.Collections.Immutable;
using Sluice.Worker.Documents;
using Sluice.Worker.Wording;

namespace Sluice.Worker.Delivery;

/// <summary>The reasons of the documents that were rejected last, and whether one of them stands out: a fold over rejections. Immutable.
/// </summary>
/// <remarks>Of use while nothing is labelled: then the documents that are decided are the rejected ones. Tombstones are not among
/// them.</remarks>
internal sealed class RecentRejections
{
    private readonly ImmutableQueue<RejectionKind> _last;
    private readonly ImmutableDictionary<RejectionKind, int> _counts;

    private RecentRejections(int window, int count, ImmutableQueue<RejectionKind> last,
        ImmutableDictionary<RejectionKind, int> counts) => (Window, Count, _last, _counts) = (window, count, last, counts);

    /// <summary>Most that are looked at.</summary>
    public int Window { get; }

    /// <summary>Those there are: at most <see cref="Window"/>.</summary>
    public int Count { get; }

    /// <summary>None yet.</summary>
    /// <param name="window">At least 1.</param>
    public static RecentRejections None(int window) => new(window, 0, [], ImmutableDictionary<RejectionKind, int>.Empty);

    /// <summary>One more; beyond the window the oldest is forgotten. O(1), as good as.</summary>
    public RecentRejections Add(RejectionKind kind)
    {
        (ImmutableQueue<RejectionKind> last, ImmutableDictionary<RejectionKind, int> counts) = (_last, _counts);
        if (Count == Window)
        {
            last = last.Dequeue(out RejectionKind oldest);
            counts = counts.SetItem(oldest, counts[oldest] - 1);
        }

        counts = counts.SetItem(kind, counts.GetValueOrDefault(kind) + 1);
        return new RecentRejections(Window, int.Min(Count + 1, Window), last.Enqueue(kind), counts);
    }

    /// <summary>The reason of more than a share of them (of all, where the share is 1); null where there is none.</summary>
    /// <param name="share">0.5 to 1, so that there is one such reason at most.</param>
    /// <param name="least">By fewer than this many nothing is judged.</param>
    public MassRejection? Judge(double share, int least)
    {
        if (Count == 0 || Count < least) return null;
        IGrouping<RejectionReason, KeyValuePair<RejectionKind, int>> most =
            _counts.GroupBy(entry => entry.Key.Reason).MaxBy(same => same.Sum(entry => entry.Value))!;
        int count = most.Sum(entry => entry.Value);
        return count == Count || count > share * Count ? new MassRejection(most.MaxBy(entry => entry.Value).Key, count, Count) : null;
    }
}

/// <summary>Nearly all documents were rejected for one reason.</summary>
/// <param name="Kind">Which, and the setting that most of them blame.</param>
/// <param name="Count">Documents rejected for that reason.</param>
/// <param name="Of">Documents that were looked at.</param>
internal sealed record MassRejection(RejectionKind Kind, int Count, int Of);

/// <summary>What a rejection counts as.</summary>
/// <param name="Reason">Its reason.</param>
/// <param name="Likely">The setting that is likely wrong, or null.</param>
internal readonly record struct RejectionKind(RejectionReason Reason, Setting? Likely)
{
    public static RejectionKind Of(Rejection rejection) => new(rejection.Reason, rejection.WayOut.Likely);
}

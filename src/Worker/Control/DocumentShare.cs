using Sluice.Worker.InFlight;

namespace Sluice.Worker.Control;

/// <summary>How many of the offsets of a partition are documents for the model, by what was read of it last: markers of transactions,
/// aborted records, tombstones and what is rejected have offsets too. Immutable.</summary>
/// <remarks>Two means, for records finish later than they are read: of the offsets that are records, and of the finished records that were
/// documents. Each goes back some <see cref="Memory"/> offsets or records, and begins as if all were documents.</remarks>
internal sealed record DocumentShare
{
    /// <summary>After so many more, what was has a weight of 37%. A share of a half is known within 3% by as many.</summary>
    public const double Memory = 256;

    // So much is taken for granted at first: a few markers before the first record do not say that documents are rare.
    private const double Granted = 16;

    private ReadCounts Seen { get; init; }
    private (double Of, double All) OfOffsets { get; init; } = (Granted, Granted);
    private (double Of, double All) OfFinished { get; init; } = (Granted, Granted);

    /// <summary>0..1.</summary>
    public double Value => OfOffsets.Of / OfOffsets.All * (OfFinished.Of / OfFinished.All);

    /// <summary>The same, for an assignment that begins to count anew.</summary>
    public DocumentShare Anew() => this with { Seen = default };

    /// <summary>When more was read.</summary>
    public DocumentShare After(ReadCounts counts)
    {
        ReadCounts more = counts.Since(Seen);
        if (more == default) return this;
        return new DocumentShare
        {
            Seen = counts,
            OfOffsets = Next(OfOffsets, more.Records, more.Offsets),
            OfFinished = Next(OfFinished, more.Documents, more.Finished),
        };
    }

    private static (double Of, double All) Next((double Of, double All) mean, long of, long all)
    {
        // Within what is new all is as old: what matters is that it outweighs what was, and no more than Memory lasts.
        double kept = Math.Exp(-all / Memory), weight = all == 0 ? 0 : Memory * (1 - kept) / all;
        return ((mean.Of * kept) + (of * weight), (mean.All * kept) + (all * weight));
    }
}

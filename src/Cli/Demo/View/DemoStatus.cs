using Sluice.Cli.Demo.Replay;
using Sluice.Cli.Demo.Report;

namespace Sluice.Cli.Demo.View;

/// <summary>A run at one moment.</summary>
/// <param name="Counts">What the ledger holds.</param>
/// <param name="Elapsed">Since the first document was sent.</param>
/// <param name="DocumentsPerSecond">Labels read in the last few seconds.</param>
/// <param name="TokensPerSecond">Their tokens.</param>
/// <param name="LatencyMs">Of the newest labels.</param>
/// <param name="Batches">That went through the model.</param>
internal sealed record DemoStatus(LedgerCounts Counts, TimeSpan Elapsed, double DocumentsPerSecond, double TokensPerSecond,
    Percentiles LatencyMs, long Batches)
{
    /// <inheritdoc cref="DemoReport.HasAccuracy"/>
    public bool HasAccuracy { get; init; } = true;

    /// <summary>The run so far over its time; null where there is no burst. Of the thread that reads the run.</summary>
    public Timeline? Timeline { get; init; }

    /// <summary>How long the rest takes at the present rate, or null when nothing comes.</summary>
    public TimeSpan? Left => DocumentsPerSecond > 0
        ? TimeSpan.FromSeconds((Counts.Documents - Counts.Labelled) / DocumentsPerSecond)
        : null;
}

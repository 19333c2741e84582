using Sluice.Cli.Demo.Replay;
using Sluice.Schemas;

namespace Sluice.Cli.Demo.Report;

/// <summary>The result of a run.</summary>
internal sealed record DemoReport
{
    public required LedgerCounts Counts { get; init; }

    /// <summary>From the first document sent to the last label read.</summary>
    public required TimeSpan Elapsed { get; init; }

    public required Percentiles LatencyMs { get; init; }

    /// <summary>What the latency is of, in words.</summary>
    public required string LatencyBasis { get; init; }

    public required Confusion Confusion { get; init; }

    /// <summary>Whether every mail's true label is one of the model's; else how many are right says nothing.</summary>
    public bool HasAccuracy { get; init; } = true;

    public required LengthHistogram Lengths { get; init; }

    public required WorkerFigures Worker { get; init; }

    /// <summary>A prediction as the worker wrote it: model, version, precision, mode. Null when there was none.</summary>
    public required Prediction? Example { get; init; }

    /// <summary>Documents labelled per second in each of equal parts of the run, for a curve.</summary>
    public required IReadOnlyList<double> Pace { get; init; }

    /// <summary>How it went through its burst; null where there was none.</summary>
    public BurstReport? Burst { get; init; }

    /// <summary>Why documents went to the dead-letter topic, with how many for each reason.</summary>
    public required IReadOnlyList<(string Reason, int Documents)> Rejections { get; init; }

    /// <summary>Records settled by committed offsets when the worker had stopped, warm-up included, and records sent.</summary>
    public required (long Done, long Sent) Committed { get; init; }

    /// <summary>Why the run ended before its time, or null.</summary>
    public string? Cut { get; init; }

    public double DocumentsPerSecond => Elapsed > TimeSpan.Zero ? Counts.Labelled / Elapsed.TotalSeconds : 0;

    public double TokensPerSecond => Elapsed > TimeSpan.Zero ? Counts.Tokens / Elapsed.TotalSeconds : 0;

    /// <summary>0 only when every document got exactly one label.</summary>
    public int ExitCode => Counts.EachExactlyOnce && Cut is null ? 0 : 1;
}

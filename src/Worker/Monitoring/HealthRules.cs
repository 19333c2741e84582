using System.Diagnostics;
using System.Globalization;

namespace Sluice.Worker.Monitoring;

/// <summary>What healthy means: that what there is to do gets done. Not that a broker answers, nor that there is anything to do. Pure.
/// </summary>
internal static class HealthRules
{
    /// <summary>How long a partition may stand still though it has a backlog.</summary>
    public static readonly TimeSpan LongestStandstill = TimeSpan.FromSeconds(30);

    /// <summary>Judges.</summary>
    /// <remarks>A partition whose records wait for room, or behind others, while the worker finishes what it has, is slow and not dead: a
    /// start would only throw away what is done of it. It counts once nothing is finished any more, or once there is room.</remarks>
    public static HealthReport Of(HealthSnapshot now)
    {
        HealthReason[] reasons = [.. PhaseOf(now), .. FailureOf(now), .. StandstillsOf(now)];
        return new HealthReport(!reasons.Any(reason => reason.IsDeadly), reasons.Length == 0, reasons);
    }

    private static IEnumerable<HealthReason> PhaseOf(HealthSnapshot now) => now.Phase switch
    {
        WorkerPhase.Starting =>
            [new HealthReason("starting", false, "the model is being loaded, or the cluster waited for; the log tells each step")],
        WorkerPhase.Serving => [],
        WorkerPhase.Draining => [new HealthReason("draining", false, "the worker stops, and finishes what it has read")],
        var other => throw new UnreachableException($"Phase {other} has no rule. This is a bug."),
    };

    private static IEnumerable<HealthReason> FailureOf(HealthSnapshot now) =>
        now.HasFailed ? [new HealthReason("failed", true, "a step failed, and the worker ends; the log says why")] : [];

    // Before and after serving nobody expects anything of a partition.
    private static IEnumerable<HealthReason> StandstillsOf(HealthSnapshot now) =>
        from standing in now.Phase == WorkerPhase.Serving ? now.Standing : []
        where standing.For >= LongestStandstill && (!now.IsFull || now.NothingFinished >= LongestStandstill)
        select new HealthReason("no-progress", true, string.Create(CultureInfo.InvariantCulture,
            $"{standing.Partition} has had no record finished for {standing.For.TotalSeconds:0} s and has a backlog of {standing.Backlog}"),
            standing.Partition);
}

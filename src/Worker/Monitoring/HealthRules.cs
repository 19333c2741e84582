using System.Diagnostics;
using System.Globalization;

namespace Sluice.Worker.Monitoring;

/// <summary>What healthy means: that what there is to do gets done. Not that a broker answers, nor that there is anything to do. Pure.
/// </summary>
internal static class HealthRules
{
    /// <summary>How long one may wait behind the records of others: as long as until SluiceNoProgress tells of it.</summary>
    public static readonly TimeSpan LongestTurn = TimeSpan.FromMinutes(10);

    /// <summary>Judges.</summary>
    /// <remarks>
    /// <para>A partition whose records wait for room, or behind others, while the worker finishes what it has, is slow: it counts once
    /// nothing is finished any more, once there was room for as long, or once that takes longer than anyone's turn may.</para>
    /// <para>One that stands still while others get on makes the worker not ready, and not dead: a start would do the others' work twice
    /// and give that partition to the next worker, to be killed for it in its turn. Only where nothing is finished at all, and a partition
    /// that can be read has stood as long, may a start help. It does not while the group takes no offsets: it would skip what has come
    /// since the places were found. Nor does it where all that was read waits for the registry: the next start would wait for it,
    /// too.</para>
    /// </remarks>
    public static HealthReport Of(HealthSnapshot now)
    {
        HealthReason[] reasons = [.. PhaseOf(now), .. FailureOf(now), .. PlacesOf(now), .. StandstillsOf(now)];
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

    private static IEnumerable<HealthReason> PlacesOf(HealthSnapshot now) => now is { Phase: WorkerPhase.Serving, WaitsForPlaces: true }
        ? [new HealthReason("places-uncommitted", false,
            "the group does not take yet where reading begins, and nothing is read until it does")]
        : [];

    /// <summary>The partitions that stand still, the one that has for longest first.</summary>
    /// <remarks>Before and after serving nobody expects anything of a partition.</remarks>
    public static IReadOnlyList<StalledPartition> Stuck(HealthSnapshot now) => now.Phase != WorkerPhase.Serving ? []
        : [.. now.Standstill.Partitions.Where(standing => standing.For >= now.StallAfter && IsStuck(standing, now))
            .OrderByDescending(standing => standing.For)];

    private static IEnumerable<HealthReason> StandstillsOf(HealthSnapshot now) =>
        from standing in Stuck(now)
        select new HealthReason("no-progress", IsDead(now) && now is { WaitsForPlaces: false, AwaitsSchemas: false },
            string.Create(CultureInfo.InvariantCulture,
            $"{standing.Partition} has had no record finished for {standing.For.TotalSeconds:0} s and has a backlog of {standing.Backlog}")
            + (standing.ReadFails ? ", and reading it fails" : "")
            + (now.AwaitsSchemas ? ", and all that was read waits for schemas that the schema registry does not give" : ""),
            standing.Partition);

    private static bool IsStuck(StalledPartition standing, HealthSnapshot now) => standing.ReadFails || standing.For >= LongestTurn
        || now.Standstill.HasRoom >= now.StallAfter || now.Standstill.NothingFinished >= now.StallAfter;

    private static bool IsDead(HealthSnapshot now) => now.Standstill.NothingFinished >= now.StallAfter
        && now.Standstill.Partitions.Any(standing => standing.For >= now.StallAfter && !standing.ReadFails);
}

using Sluice.Worker.InFlight;

namespace Sluice.Worker.Monitoring;

/// <summary>Whether the worker should be left running, and whether it does its work. Immutable.</summary>
/// <param name="IsLive">False where another start may help.</param>
/// <param name="IsReady">Whether it serves.</param>
/// <param name="Reasons">Why not; none where it is both.</param>
internal sealed record HealthReport(bool IsLive, bool IsReady, IReadOnlyList<HealthReason> Reasons);

/// <summary>One reason why a worker is not ready, or not live.</summary>
/// <param name="Name">For programs: <c>starting</c>, <c>draining</c>, <c>failed</c>, <c>no-progress</c>.</param>
/// <param name="IsDeadly">Whether it is one not to be live, too; <c>no-progress</c> may be either.</param>
/// <param name="Detail">For people: a sentence without its full stop.</param>
/// <param name="Partition">Which, of <c>no-progress</c>.</param>
internal sealed record HealthReason(string Name, bool IsDeadly, string Detail, SourcePartition? Partition = null);

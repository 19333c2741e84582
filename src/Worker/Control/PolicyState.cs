using System.Collections.Immutable;

namespace Sluice.Worker.Control;

/// <summary>What <see cref="ModePolicy"/> remembers from one sample to the next. Immutable; whoever runs the policy keeps the last
/// one.</summary>
/// <param name="Rung">Index of the rung that holds.</param>
/// <param name="DroppedAt">When a cheaper one was last chosen; before that, when it began.</param>
/// <param name="SampledAt">When the last sample was taken.</param>
/// <param name="ClimbedAt">When it climbed last, if nothing dropped since.</param>
/// <param name="Hold">How long a dearer rung must have been fast enough before the next climb: longer after a climb that did not
/// last.</param>
/// <param name="PartialSince">Since when not all partitions are known; null while they are.</param>
/// <param name="Trials">For each rung, how it would have done; null where it was not fast enough at the last sample.</param>
internal sealed record PolicyState(
    int Rung, TimeSpan DroppedAt, TimeSpan SampledAt, TimeSpan? ClimbedAt, TimeSpan Hold, TimeSpan? PartialSince,
    ImmutableArray<Trial?> Trials);

/// <summary>A rung that has been fast enough for some time, as far as can be told without running it.</summary>
/// <param name="Since">For how long: since this instant.</param>
/// <param name="Queue">Documents that would wait by now if it had labelled what came since, at the share of its capacity that
/// counts.</param>
internal readonly record struct Trial(TimeSpan Since, double Queue);

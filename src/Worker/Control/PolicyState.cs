using System.Collections.Immutable;

namespace Sluice.Worker.Control;

/// <summary>What <see cref="ModePolicy"/> remembers from one sample to the next. Immutable; whoever runs the policy keeps the last one.</summary>
/// <param name="Rung">Index of the rung that holds.</param>
/// <param name="ChangedAt">Since when.</param>
/// <param name="SampledAt">When the last sample was taken.</param>
/// <param name="ClimbedAt">When it climbed last, if nothing dropped since.</param>
/// <param name="Hold">How long a dearer rung must have been fast enough before the next climb: longer after a climb that did not last.</param>
/// <param name="PartialSince">Since when not all partitions are known; null while they are.</param>
/// <param name="FitsSince">For each rung, since when it has been fast enough at each sample; null where it was not at the last one.</param>
internal sealed record PolicyState(
    int Rung, TimeSpan ChangedAt, TimeSpan SampledAt, TimeSpan? ClimbedAt, TimeSpan Hold, TimeSpan? PartialSince,
    ImmutableArray<TimeSpan?> FitsSince);

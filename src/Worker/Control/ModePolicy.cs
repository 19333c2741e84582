using System.Collections.Immutable;
using System.Diagnostics;

namespace Sluice.Worker.Control;

/// <summary>Chooses the rung of a <see cref="ModeLadder"/>: the most accurate that covers arrivals and drains what waits within a target.</summary>
/// <remarks>
/// <para>Down at once, by as many rungs as needed; up after a hold, straight to the most accurate rung that would have been enough, with
/// a fifth of it to spare, at every sample of the hold. A cheaper rung is chosen on whatever is known, a dearer one only when all is.</para>
/// <para>Pure: a fold over samples. Immutable and thread-safe. docs/lag.md explains it with traces and figures.</para>
/// </remarks>
internal sealed class ModePolicy
{
    /// <summary>The share of a dearer rung's capacity that must be enough before it is chosen.</summary>
    public const double ClimbMargin = 0.8;

    /// <summary>What the present rung clears within this share of the target is no reason to leave it, however high the arrivals are
    /// estimated: nothing is late, and where arrivals are truly more than it can label, more waits in a moment.</summary>
    public const double CalmShare = 0.1;

    /// <summary>The longest hold that climbs which did not last lead to, unless the hold itself is longer.</summary>
    public static readonly TimeSpan LongestHold = TimeSpan.FromSeconds(4);

    /// <summary>Samples further apart than this say nothing of the time between them.</summary>
    public static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(1);

    /// <summary>After so long without a word of some partitions, the others count as all: these have no leader, and send nothing. Else
    /// one that is lost would keep the worker cheap for ever.</summary>
    public static readonly TimeSpan PartialLimit = TimeSpan.FromSeconds(30);

    private readonly double _drainSeconds;
    private readonly TimeSpan _hold, _longestHold;

    /// <param name="ladder">What to choose among.</param>
    /// <param name="drainTarget">How soon what waits is to be worked off, arrivals going on; more than 0. The slowest hundredth of the
    /// documents waits about so long in a burst.</param>
    /// <param name="hold">How long a dearer rung must have been fast enough; 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The target or the hold is not.</exception>
    public ModePolicy(ModeLadder ladder, TimeSpan drainTarget, TimeSpan hold)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(drainTarget, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(hold, TimeSpan.Zero);
        Ladder = ladder;
        _drainSeconds = drainTarget.TotalSeconds;
        _hold = hold;
        _longestHold = Longer(hold, Shorter(4 * hold, LongestHold));
    }

    /// <summary>What is chosen among.</summary>
    public ModeLadder Ladder { get; }

    /// <summary>The state before the first sample: the most accurate rung. While nothing is known nothing has been read either, and no
    /// document is labelled cheaper than it must be for want of knowledge.</summary>
    public PolicyState Start(TimeSpan at) =>
        new(0, at, at, null, _hold, null, [.. Enumerable.Repeat<TimeSpan?>(null, Ladder.Rungs.Count)]);

    /// <summary>The next state, and what was decided.</summary>
    /// <param name="state">The one that came of the sample before.</param>
    /// <param name="sample">Capacities: one a rung.</param>
    /// <param name="floor">Index of the last rung that is allowed, 0..<see cref="ModeLadder.Lowest"/>.</param>
    /// <exception cref="ArgumentException">There is not a capacity for each rung, or no such floor.</exception>
    public (PolicyState State, ModeDecision Decision) Next(PolicyState state, ControlSample sample, int floor)
    {
        if (sample.Capacities.Count != Ladder.Rungs.Count)
            throw new ArgumentException($"{sample.Capacities.Count} capacities for {Ladder.Rungs.Count} rungs.", nameof(sample));
        ArgumentOutOfRangeException.ThrowIfNegative(floor);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(floor, Ladder.Lowest);

        double needed = (sample.ArrivalsPerSecond ?? 0) + ((sample.Waiting ?? 0) / _drainSeconds);
        TimeSpan? partialSince = sample.IsWhole ? null : state.PartialSince ?? sample.At;
        bool known = sample is { Waiting: not null, ArrivalsPerSecond: not null }
            && (partialSince is not { } since || sample.At - since >= PartialLimit);
        state = state with
        {
            SampledAt = sample.At,
            PartialSince = partialSince,
            FitsSince = known ? FitsSince(state, sample, needed) : [.. state.FitsSince.Select(_ => (TimeSpan?)null)],
        };

        (int rung, ChangeReason reason) = Choose(state, sample, needed, floor);
        ModeDecision decision = new(rung, state.Rung, reason, needed, sample.Capacities[rung], sample.Waiting, sample.ArrivalsPerSecond,
            IsSaturated(sample, needed, floor), known);
        Debug.Assert(decision.Changed == (rung != state.Rung) && rung <= floor, $"{decision} with the floor {floor}");
        return (Changed(state, sample.At, rung), decision);
    }

    private (int Rung, ChangeReason Reason) Choose(PolicyState state, ControlSample sample, double needed, int floor)
    {
        int now = state.Rung;
        if (now > floor) return (Fastest(sample, 0, floor), ChangeReason.Floor);
        if (IsLate(sample, needed, now))
        {
            // Never up from here, though noise may make an upper rung look fast enough: that waits for the hold.
            for (int rung = now + 1; rung <= floor; rung++)
            {
                if (!Covers(sample, rung, needed)) continue;
                return (rung, sample.ArrivalsPerSecond > sample.Capacities[now] ? ChangeReason.Arrivals : ChangeReason.Backlog);
            }

            int fastest = Fastest(sample, now, floor);
            if (fastest != now) return (fastest, ChangeReason.Saturated);
        }

        if (sample.At - state.ChangedAt < state.Hold) return (now, ChangeReason.None);
        for (int rung = 0; rung < now; rung++)
            if (state.FitsSince[rung] is { } since && sample.At - since >= state.Hold) return (rung, ChangeReason.Drained);
        return (now, ChangeReason.None);
    }

    private PolicyState Changed(PolicyState state, TimeSpan at, int rung)
    {
        if (rung == state.Rung) return state;
        if (rung < state.Rung) return state with { Rung = rung, ChangedAt = at, ClimbedAt = at };
        TimeSpan hold = state.ClimbedAt switch
        {
            null => state.Hold, // a further drop after the one that counted
            { } climbed when at - climbed <= _longestHold => Shorter(2 * state.Hold, _longestHold),
            _ => _hold,
        };
        return state with { Rung = rung, ChangedAt = at, ClimbedAt = null, Hold = hold };
    }

    /// <remarks>A rung no slower than the present one and more accurate is the better one even where neither is enough.</remarks>
    private static ImmutableArray<TimeSpan?> FitsSince(PolicyState state, ControlSample sample, double needed)
    {
        bool fresh = sample.At - state.SampledAt > LongestGap;
        return [.. state.FitsSince.Select((since, rung) =>
            Covers(sample, rung, needed / ClimbMargin) || (rung < state.Rung && sample.Capacities[rung] >= sample.Capacities[state.Rung])
                ? (fresh ? null : since) ?? sample.At : (TimeSpan?)null)];
    }

    /// <summary>Whether a rung is too slow, and documents wait that feel it.</summary>
    private bool IsLate(ControlSample sample, double needed, int rung) => !Covers(sample, rung, needed)
        && !(sample.Waiting <= CalmShare * _drainSeconds * sample.Capacities[rung]);

    private bool IsSaturated(ControlSample sample, double needed, int floor) => IsLate(sample, needed, Fastest(sample, 0, floor));

    private static bool Covers(ControlSample sample, int rung, double needed) =>
        sample.Capacities[rung] > 0 && needed <= sample.Capacities[rung];

    /// <summary>Of the rungs <paramref name="from"/>..<paramref name="to"/> the fastest; of equals the most accurate.</summary>
    private static int Fastest(ControlSample sample, int from, int to)
    {
        int fastest = from;
        for (int rung = from + 1; rung <= to; rung++)
            if (sample.Capacities[rung] > sample.Capacities[fastest]) fastest = rung;
        return fastest;
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}

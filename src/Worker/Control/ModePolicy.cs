using System.Collections.Immutable;
using System.Diagnostics;

namespace Sluice.Worker.Control;

/// <summary>Chooses the rung of a <see cref="ModeLadder"/>: the most accurate that covers arrivals and drains what waits within a
/// target.</summary>
/// <remarks>
/// <para>Down at once, by as many rungs as needed; up after a hold, straight to the most accurate rung that would have been enough all
/// through it, with a fifth to spare. A cheaper rung is chosen on whatever is known, a dearer one only when all is.</para>
/// <para>Pure: a fold over samples. Immutable and thread-safe. docs/lag.md explains it with traces and figures.</para>
/// </remarks>
internal sealed class ModePolicy
{
    /// <summary>The share of a dearer rung's capacity that must be enough before it is chosen.</summary>
    public const double ClimbMargin = 0.8;

    /// <summary>What the present rung clears within this share of the target is no reason to leave it, however high the arrivals are
    /// estimated: nothing is late, and where arrivals are truly more than it can label, more waits in a moment.</summary>
    public const double CalmShare = 0.5;

    /// <summary>So much of a hold's work may have to wait in a trial: arrivals are estimated from few documents and swing about what they
    /// are, and one high estimate in a second is no reason to begin anew.</summary>
    public const double TrialShare = 0.1;

    /// <summary>The longest hold that climbs which did not last lead to, unless the hold itself is longer.</summary>
    public static readonly TimeSpan LongestHold = TimeSpan.FromSeconds(4);

    /// <summary>The shortest hold: what bounds changes is so many a hold, and shorter ones would change the mode all the time.</summary>
    public static readonly TimeSpan LeastHold = TimeSpan.FromMilliseconds(100);

    /// <summary>Samples further apart than this say nothing of the time between them.</summary>
    public static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(1);

    /// <summary>After so long without a word of some partitions, the others count as all: these have no leader, and send nothing. Else
    /// one that is lost would keep the worker cheap for ever.</summary>
    public static readonly TimeSpan PartialLimit = TimeSpan.FromSeconds(30);

    private readonly double _drainSeconds;
    private readonly TimeSpan _hold, _longestHold;

    /// <param name="ladder">What to choose among.</param>
    /// <param name="drainTarget">How soon what waits is to be worked off, arrivals going on; more than 0. The slowest documents
    /// of a burst wait about half of it.</param>
    /// <param name="hold">How long a dearer rung must have been fast enough; at least <see cref="LeastHold"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The target or the hold is not.</exception>
    public ModePolicy(ModeLadder ladder, TimeSpan drainTarget, TimeSpan hold)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(drainTarget, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(hold, LeastHold);
        Ladder = ladder;
        _drainSeconds = drainTarget.TotalSeconds;
        _hold = hold;
        _longestHold = Longer(hold, Shorter(4 * hold, LongestHold));
    }

    /// <summary>What is chosen among.</summary>
    public ModeLadder Ladder { get; }

    /// <summary>The state before the first sample: the most accurate rung. While nothing is known nothing has been read either, and no
    /// document is labelled cheaper than it must be for want of knowledge.</summary>
    public PolicyState Start(TimeSpan at) => new(0, at, at, null, _hold, null, Untried());

    /// <summary>The next state, and what was decided.</summary>
    /// <param name="state">The one that came of the sample before.</param>
    /// <param name="sample">Capacities: one a rung.</param>
    /// <exception cref="ArgumentException">There is not a capacity for each rung.</exception>
    public (PolicyState State, ModeDecision Decision) Next(PolicyState state, ControlSample sample)
    {
        if (sample.Capacities.Count != Ladder.Rungs.Count)
            throw new ArgumentException($"{sample.Capacities.Count} capacities for {Ladder.Rungs.Count} rungs.", nameof(sample));

        double needed = (sample.ArrivalsPerSecond ?? 0) + ((sample.Waiting ?? 0) / _drainSeconds);
        TimeSpan? partialSince = sample.IsWhole ? null : state.PartialSince ?? sample.At;
        bool known = sample is { Waiting: not null, ArrivalsPerSecond: not null }
            && (partialSince is not { } since || sample.At - since >= PartialLimit);
        state = state with
        {
            SampledAt = sample.At,
            PartialSince = partialSince,
            Trials = known ? Trials(state, sample, needed) : Untried(),
        };

        (int rung, ChangeReason reason) = Choose(state, sample, needed);
        ModeDecision decision = new(rung, state.Rung, reason, needed, sample.Capacities[rung], sample.Waiting, sample.ArrivalsPerSecond,
            IsLate(sample, needed, Fastest(sample, from: 0)), known);
        Debug.Assert(decision.Changed == (rung != state.Rung), $"{decision}");
        return (Changed(state, sample.At, rung), decision);
    }

    private (int Rung, ChangeReason Reason) Choose(PolicyState state, ControlSample sample, double needed)
    {
        int now = state.Rung;
        bool late = IsLate(sample, needed, now);
        if (late)
        {
            // Never up from here, though noise may make an upper rung look fast enough: that waits for the hold.
            int cheaper = now + 1;
            while (cheaper <= Ladder.Lowest && !Covers(sample, cheaper, needed)) cheaper++;
            if (cheaper > Ladder.Lowest) cheaper = Fastest(sample, from: now);
            if (cheaper != now)
                return (cheaper, sample.ArrivalsPerSecond > sample.Capacities[now] ? ChangeReason.Arrivals : ChangeReason.Backlog);
        }

        if (Climb(state, sample.At) is not { } climbed || (late && sample.Capacities[climbed] < sample.Capacities[now]))
            return (now, ChangeReason.None);
        return (climbed, Covers(sample, climbed, needed) ? ChangeReason.Drained : ChangeReason.NoSlower);
    }

    /// <summary>The most accurate rung whose trial has lasted for the hold. A lesser one waits, for another hold at most, while a better
    /// one is being tried: a backlog that drains lets them fit one shortly after the other.</summary>
    private static int? Climb(PolicyState state, TimeSpan at)
    {
        if (at - state.DroppedAt < state.Hold) return null;
        bool betterIsTried = false;
        for (int rung = 0; rung < state.Rung; rung++)
        {
            if (state.Trials[rung] is not { } trial) continue;
            if (trial.Queue < 1 && at - trial.Since >= (betterIsTried ? 2 : 1) * state.Hold) return rung;
            betterIsTried = true;
        }

        return null;
    }

    private PolicyState Changed(PolicyState state, TimeSpan at, int rung)
    {
        if (rung == state.Rung) return state;
        if (rung < state.Rung) return state with { Rung = rung, ClimbedAt = at };
        TimeSpan hold = state.ClimbedAt switch
        {
            null => state.Hold, // a further drop after the one that counted
            { } climbed when at - climbed <= _longestHold => Shorter(2 * state.Hold, _longestHold),
            _ => _hold,
        };
        return state with { Rung = rung, DroppedAt = at, ClimbedAt = null, Hold = hold };
    }

    private ImmutableArray<Trial?> Trials(PolicyState state, ControlSample sample, double needed)
    {
        TimeSpan passed = sample.At - state.SampledAt;
        return [.. state.Trials.Select((trial, rung) =>
        {
            // No slower than the present one and more accurate: it is the better one even where neither is enough, so what would wait
            // does not count.
            if (rung < state.Rung && sample.Capacities[rung] >= sample.Capacities[state.Rung])
                return new Trial(trial is { } lasting && passed <= LongestGap ? lasting.Since : sample.At, 0);
            Trial? begun = Covers(sample, rung, needed / ClimbMargin) ? new Trial(sample.At, 0) : null;
            return trial is { } old && passed <= LongestGap ? Continued(old, sample, rung, passed.TotalSeconds) ?? begun : begun;
        })];
    }

    /// <summary>A trial one sample later; null where the rung would not have been enough.</summary>
    private Trial? Continued(Trial trial, ControlSample sample, int rung, double seconds)
    {
        double capacity = ClimbMargin * sample.Capacities[rung];
        double queue = Math.Max(0, trial.Queue + ((sample.ArrivalsPerSecond!.Value - capacity) * seconds));
        return queue <= 1 + (TrialShare * _hold.TotalSeconds * capacity) && sample.Waiting <= _drainSeconds * capacity
            ? trial with { Queue = queue } : null;
    }

    /// <summary>Whether a rung is too slow, and documents wait that feel it.</summary>
    private bool IsLate(ControlSample sample, double needed, int rung) => !Covers(sample, rung, needed)
        && !(sample.Waiting <= CalmShare * _drainSeconds * sample.Capacities[rung]);

    private ImmutableArray<Trial?> Untried() => [.. Enumerable.Repeat<Trial?>(null, Ladder.Rungs.Count)];

    private static bool Covers(ControlSample sample, int rung, double needed) =>
        sample.Capacities[rung] > 0 && needed <= sample.Capacities[rung];

    /// <summary>Of the rungs from one on the fastest; of equals the most accurate.</summary>
    private static int Fastest(ControlSample sample, int from)
    {
        int fastest = from;
        for (int rung = from + 1; rung < sample.Capacities.Count; rung++)
            if (sample.Capacities[rung] > sample.Capacities[fastest]) fastest = rung;
        return fastest;
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}

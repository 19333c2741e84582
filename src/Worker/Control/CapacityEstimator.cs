using Sluice.Inference.Batching;
using Sluice.Inference.Modes;

namespace Sluice.Worker.Control;

/// <summary>
/// How many documents a second the worker can label in each mode, all its inference threads together, when there is always work: by what
/// batches of the present mix are known to cost, and by how that came out so far.
/// </summary>
/// <remarks>
/// <para>A thread that is never idle gives each document what its share of a full batch costs, and what the other steps spend on it, which
/// take their time from the same cores. What that leaves out (a broker on the same machine, a neighbour, the client's own threads) shows
/// whenever documents wait: then all the threads' time has gone into documents, or been taken away. The share that went into documents is
/// learned for the mode in use, and the others follow it more slowly: a cheap mode runs beside more of the other work than a dear one, but
/// if only one heeded the neighbours, the other would look faster than it. While nothing waits nothing is learned, and what was fades
/// with <see cref="Fading"/> a second: the neighbours that a burst had are gone with it.</para>
/// <para>Some neighbours stay. Where a mode turns out, when it is used again, to be about as slow as it was before its share faded, that
/// share fades half as fast from then on, down to <see cref="LeastFading"/>; where it does not, twice as fast again. A gap too short for
/// the share to fade by a tenth tells neither. So a worker beside a steady neighbour tries the mode that is too slow once in some minutes,
/// not each few seconds.</para>
/// <para>Not thread-safe: its owner's own.</para>
/// </remarks>
internal sealed class CapacityEstimator
{
    /// <summary>Fewer documents say too little of a mix.</summary>
    private const int LeastDocuments = 32;

    /// <summary>Weight of the newest standard window: four of them, a second, bring an estimate that was off by a half to within 10%.
    /// </summary>
    private const double Weight = 1.0 / 3;

    /// <summary>Weight of that window for the modes that are not in use.</summary>
    private const double WeightOfOthers = Weight / 2;

    /// <summary>How much of a share is forgotten with each plan before which nothing was learned.</summary>
    private const double Fading = 0.1;

    /// <summary>The slowest that a share fades: by half in six minutes.</summary>
    private const double LeastFading = Fading / 64;

    /// <summary>A share that turns out to be less than this part of what was believed had faded too soon.</summary>
    private const double Disappointing = 0.9;

    private const double LeastShare = 0.1, MostShare = 1.5;
    private const double LeastMs = 1e-3;

    private readonly IReadOnlyList<Mode> _modes;
    private readonly ModeCosts _costs;
    private readonly BatchBudget _budget;
    private readonly double _slots;
    private readonly int[] _guess;
    private readonly PlanWorkspace _workspace = new(RecentLengths.Kept);
    private readonly double[] _share;
    private readonly double[] _fading;
    private readonly double?[] _before; // its share when that began to fade, since it was last in use
    private readonly double[] _perSecond;
    private bool _hasLearned;

    /// <param name="modes">Those that are loaded.</param>
    /// <param name="costs">What batches cost in each.</param>
    /// <param name="budget">What a batch may hold.</param>
    /// <param name="slots">Batches that make progress at once, at least 1.</param>
    /// <param name="longest">Tokens of the longest document.</param>
    public CapacityEstimator(IReadOnlyList<Mode> modes, ModeCosts costs, BatchBudget budget, int slots, int longest)
    {
        (_modes, _costs, _budget, _slots) = (modes, costs, budget, slots);
        // Until documents have come: each power of two up to the longest as often as any, as far as a mix can be guessed.
        _guess = [.. Enumerable.Range(3, 29).Select(power => Math.Min(longest, 1L << power)).Distinct().SelectMany(length =>
            Enumerable.Repeat((int)length, 16))];
        _share = [.. modes.Select(_ => 1.0)];
        _fading = [.. modes.Select(_ => Fading)];
        _before = new double?[modes.Count];
        _perSecond = new double[modes.Count];
        Plan([], 0);
    }

    /// <summary>Documents/s, finite and above 0, one a mode. Made anew by each change; not changed after that.</summary>
    public IReadOnlyList<double> Capacities { get; private set; } = [];

    /// <summary>Plans the present mix as it would be run if all of it waited, in each mode.</summary>
    /// <param name="byFloor">For each floor (an index of a mode: the last that is allowed) tokens of the documents; overwritten.</param>
    /// <param name="overheadMs">Milliseconds of CPU that other steps spend on a document, on the cores of the inference threads. What they
    /// spend on tombstones and rejected records between documents shows in the share that is learned.</param>
    public void Plan(int[][] byFloor, double overheadMs)
    {
        if (!_hasLearned) Fade();
        _hasLearned = false;
        int[] all = [.. byFloor.SelectMany(lengths => lengths)];
        if (all.Length < LeastDocuments) (all, byFloor) = ([.. _guess], []);
        Array.Sort(all);
        double[] alone = [.. _modes.Select(mode => MsOf(mode, all))];
        for (int rung = 0; rung < _modes.Count; rung++)
        {
            double ms = MixMs(rung, byFloor, alone, all.Length);
            _perSecond[rung] = 1000 * _slots / Math.Max(LeastMs, (ms / all.Length) + overheadMs);
        }

        Publish();
    }

    /// <summary>Learns from a time in which documents always waited and the mode did not change.</summary>
    /// <param name="rung">Index of the mode.</param>
    /// <param name="workMs">Milliseconds that the batches run meanwhile were predicted to cost, with the other steps' of their documents.
    /// </param>
    /// <param name="wallMs">Milliseconds that passed, above 0.</param>
    public void Observe(int rung, double workMs, double wallMs)
    {
        _hasLearned = true;
        double share = Math.Clamp(workMs / (_slots * wallMs), LeastShare, MostShare);
        if (_before[rung] is { } before && before < Disappointing * _share[rung])
        {
            bool tooSoon = share < Disappointing * _share[rung];
            _fading[rung] = tooSoon ? Math.Max(LeastFading, _fading[rung] / 2) : Math.Min(Fading, 2 * _fading[rung]);
        }

        _before[rung] = null;

        for (int other = 0; other < _share.Length; other++)
            _share[other] += (other == rung ? Weight : WeightOfOthers) * (share - _share[other]);
        Publish();
    }

    private void Fade()
    {
        for (int rung = 0; rung < _share.Length; rung++)
        {
            if (_share[rung] < Disappointing) _before[rung] ??= _share[rung];
            _share[rung] += _fading[rung] * (1 - _share[rung]);
        }
    }

    private void Publish() => Capacities = [.. _perSecond.Select((perSecond, rung) => perSecond * _share[rung])];

    // Of documents whose floor forbids the mode the fastest that it allows is run.
    private double MixMs(int rung, int[][] byFloor, double[] alone, int documents)
    {
        if (byFloor.Length == 0) return alone[rung];
        double ms = 0;
        for (int floor = 0; floor < byFloor.Length; floor++)
        {
            int[] lengths = byFloor[floor];
            if (lengths.Length == 0) continue;
            int used = rung <= floor ? rung : Fastest(alone, floor);
            if (lengths.Length == documents) return alone[used];
            Array.Sort(lengths);
            ms += MsOf(_modes[used], lengths);
        }

        return ms;
    }

    private static int Fastest(double[] ms, int floor)
    {
        int fastest = 0;
        for (int rung = 1; rung <= floor; rung++)
            if (ms[rung] < ms[fastest]) fastest = rung;
        return fastest;
    }

    private double MsOf(Mode mode, int[] sorted)
    {
        CostSnapshot known = _costs[mode].Current;
        BatchBudget allowed = known.IsTrusted ? _budget : _budget with { MaxRows = 1 };
        double ms = 0;
        foreach (PlannedBatch batch in BatchPlanner.Plan(sorted, allowed, known.Cost, _workspace).Batches) ms += batch.PredictedMs;
        return ms;
    }
}

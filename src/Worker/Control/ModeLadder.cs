using Sluice.Inference.Modes;

namespace Sluice.Worker.Control;

/// <summary>One way to label that the policy may choose.</summary>
/// <param name="Mode">What batches are run in.</param>
/// <param name="Accuracy">Share of right labels, 0..1, as the bundle's manifest has it.</param>
internal sealed record Rung(Mode Mode, double Accuracy);

/// <summary>The rungs that the policy chooses among, most accurate first. Immutable.</summary>
/// <remarks>What a rung can do changes with the machine and the length of documents, and so is given anew wherever it matters: capacities
/// in documents/s, one a rung, in the order of <see cref="Rungs"/>.</remarks>
internal sealed class ModeLadder
{
    /// <param name="rungs">In any order, each mode once; rungs of the same accuracy stay in the order given.</param>
    /// <exception cref="ArgumentException">There is none, a mode stands twice, or an accuracy is not within 0..1.</exception>
    public ModeLadder(IEnumerable<Rung> rungs)
    {
        Rungs = [.. rungs.OrderByDescending(rung => rung.Accuracy)];
        if (Rungs.Count == 0) throw new ArgumentException("A ladder needs at least one rung.", nameof(rungs));
        foreach (Rung rung in Rungs)
        {
            if (rung.Accuracy is not (>= 0 and <= 1))
                throw new ArgumentException($"The accuracy of {rung.Mode} is {rung.Accuracy}; it must be within 0..1.", nameof(rungs));
            if (Rungs.Count(other => other.Mode == rung.Mode) > 1)
                throw new ArgumentException($"{rung.Mode} stands twice on the ladder; give it once.", nameof(rungs));
        }
    }

    /// <summary>At least one, most accurate first.</summary>
    public IReadOnlyList<Rung> Rungs { get; }

    /// <summary>The index of the rung that no rung is below.</summary>
    public int Lowest => Rungs.Count - 1;

    /// <summary>The index of a mode's rung; null where the ladder has none.</summary>
    public int? IndexOf(Mode mode)
    {
        for (int rung = 0; rung < Rungs.Count; rung++)
            if (Rungs[rung].Mode == mode) return rung;
        return null;
    }

    /// <summary>The index of the last rung that is at least so accurate; null where even the first is not.</summary>
    public int? LeastOf(double accuracy)
    {
        int rungs = Rungs.Count(rung => rung.Accuracy >= accuracy);
        return rungs == 0 ? null : rungs - 1;
    }

    /// <summary>Which rungs are of no use, and by which other one: it is at least as accurate and at least as fast.</summary>
    /// <param name="capacities">Documents/s, one a rung.</param>
    /// <returns>In the ladder's order; each with the fastest rung that is no less accurate, which is itself dominated by none. Of rungs
    /// alike in both the first is the useful one.</returns>
    /// <remarks>The policy need not know: the most accurate rung that is fast enough is none of these.</remarks>
    public IReadOnlyList<DominatedRung> Dominated(IReadOnlyList<double> capacities)
    {
        List<DominatedRung> dominated = [];
        int fastest = 0;
        for (int rung = 1; rung < Rungs.Count; rung++)
        {
            // Of one accuracy with the fastest so far, and faster: then it is the earlier one that is of no use.
            if (capacities[rung] <= capacities[fastest]) dominated.Add(new DominatedRung(rung, fastest));
            else if (Rungs[rung].Accuracy == Rungs[fastest].Accuracy) dominated = Replace(dominated, fastest, fastest = rung);
            else fastest = rung;
        }

        return [.. dominated.OrderBy(pair => pair.Rung)];
    }

    private static List<DominatedRung> Replace(List<DominatedRung> dominated, int old, int by) =>
        [.. dominated.Select(pair => pair.By == old ? pair with { By = by } : pair), new DominatedRung(old, by)];
}

/// <summary>A rung of no use, and the one that makes it so; both by index.</summary>
internal readonly record struct DominatedRung(int Rung, int By);

using Benchmarks.Burst.Outcomes;
using Benchmarks.Burst.Runs;

namespace Benchmarks.Burst;

/// <summary>What bench burst has measured by now. Written by its one thread.</summary>
internal sealed class BurstResults
{
    /// <summary>Plain workers on the mix, by graph.</summary>
    public List<PlainCapacity> Plain { get; } = [];

    /// <summary>Plain fp32 workers on mails.</summary>
    public List<PlainCapacity> PlainOnMail { get; } = [];

    /// <summary>Our modes, by the texts on which they were measured.</summary>
    public Dictionary<string, Rungs> Rungs { get; } = [];

    /// <summary>Bursts, in the order in which they were run.</summary>
    public List<BurstOutcome> Bursts { get; } = [];

    public List<DayOutcome> Days { get; } = [];

    /// <summary>The best policy of a graph on the mix.</summary>
    public PlainCapacity BestPlain(string graph) => Plain.Where(plain => plain.Graph == graph).MaxBy(plain => plain.PerSecond)!;

    /// <summary>What a system clears of a backlog of the mix, with nobody else on the machine, documents a second; null where that was not
    /// measured.</summary>
    public double? Alone(string system) => system switch
    {
        BurstSession.PlainFp32 => BestPlain(BurstSession.Fp32).PerSecond,
        BurstSession.PlainDynamic => BestPlain(BurstSession.Dynamic).PerSecond,
        BurstSession.Teacher => RungOf("teacher"),
        BurstSession.Fixed => RungOf("swift"),
        _ => null,
    };

    /// <summary>A system's best showing on the mix, whichever way it was measured, documents a second.</summary>
    public double Best(string system) => Of(system, "mix").Select(burst => burst.Throughput).Append(Alone(system) ?? 0).Max();

    /// <summary>What the cheapest mode clears of a backlog, with nobody else on the machine, documents a second.</summary>
    public double CapacityAlone(string texts) => Rungs[texts].Cheapest.Capacity;

    /// <summary>What it clears while Kafka takes and the load sends a burst, on the same cores: what the worker fixed to it labelled a
    /// second in its largest burst. Alone, where that burst was not too large for it, or was not run.</summary>
    public double CapacityBesideLoad(string texts) => Of(BurstSession.Fixed, texts) is [.., { IsBeyond: true } largest]
        ? Math.Min(CapacityAlone(texts), largest.LabelsInFirst(largest.Burst.Seconds))
        : CapacityAlone(texts);

    /// <summary>All bursts of a system on a text set, the smallest first.</summary>
    public IReadOnlyList<BurstOutcome> Of(string system, string texts) =>
        [.. Bursts.Where(burst => burst.System == system && burst.Texts == texts).OrderBy(burst => burst.Burst.PerSecond)];

    private double RungOf(string mode) => Rungs["mix"].All.Single(rung => rung.Mode == mode).Capacity;
}

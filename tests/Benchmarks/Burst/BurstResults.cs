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

    /// <summary>The burst of a system, a text set and a size; null where it was not run.</summary>
    public BurstOutcome? Of(string system, string texts, int multiple) => Bursts.SingleOrDefault(burst =>
        burst.System == system && burst.Texts == texts && burst.Burst.Name == $"burst {multiple}x");

    /// <summary>All bursts of a system on a text set, the smallest first.</summary>
    public IReadOnlyList<BurstOutcome> Of(string system, string texts) =>
        [.. Bursts.Where(burst => burst.System == system && burst.Texts == texts).OrderBy(burst => burst.Burst.PerSecond)];
}

using Benchmarks.Burst.Load;

namespace Benchmarks.Burst.Outcomes;

/// <summary>A mode, what it clears and what it costs.</summary>
/// <param name="Mode">Its name.</param>
/// <param name="Capacity">Documents a second of a backlog, measured in the same run.</param>
/// <param name="Accuracy">Share of the test documents that it has right, by the bundle's manifest.</param>
internal sealed record Rung(string Mode, double Capacity, double Accuracy);

/// <summary>The modes of a bundle.</summary>
/// <param name="All">At least one.</param>
internal sealed record Rungs(IReadOnlyList<Rung> All)
{
    /// <summary>The most accurate one.</summary>
    public Rung Top => All.MaxBy(rung => rung.Accuracy)!;

    /// <summary>The one of the greatest capacity.</summary>
    public Rung Cheapest => All.MaxBy(rung => rung.Capacity)!;

    /// <summary>The accuracy that a label's mode gives up against the top, 0 to 1.</summary>
    public double GivenUp(Delivery label) => Top.Accuracy - All.Single(rung => rung.Mode == label.Mode).Accuracy;
}

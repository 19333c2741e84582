namespace Benchmarks.Burst;

/// <summary>What of bench burst is to be run.</summary>
/// <param name="Lengths">How long its parts last.</param>
/// <param name="Parts">Which; all where it is empty.</param>
/// <param name="Time">When it ends; what does not fit is told, and the day takes what is left.</param>
internal sealed record BurstPlan(BurstLengths Lengths, IReadOnlyList<BurstPart> Parts, TimeSpan Time)
{
    /// <summary>What a run takes beside its load: topics, the system's start, reading its labels.</summary>
    public static readonly TimeSpan StartOfARun = TimeSpan.FromSeconds(8);

    public bool Has(BurstPart part) => Parts.Count == 0 || Parts.Contains(part);
}

namespace Benchmarks.Burst;

/// <summary>What of bench burst is to be run.</summary>
/// <param name="Lengths">How long its parts last.</param>
/// <param name="Parts">Which; all where it is empty.</param>
/// <param name="Time">When it ends: see <see cref="Timetable"/>.</param>
internal sealed record BurstPlan(BurstLengths Lengths, IReadOnlyList<BurstPart> Parts, TimeSpan Time)
{
    public bool Has(BurstPart part) => Parts.Count == 0 || Parts.Contains(part);
}

/// <summary>A part of bench burst that can be asked for alone.</summary>
internal enum BurstPart
{
    /// <summary>Bursts of the mix, of every size.</summary>
    Mix,

    /// <summary>A burst of mails, whose truth is known.</summary>
    Mail,

    /// <summary>A bursty day of the mix.</summary>
    Day,
}

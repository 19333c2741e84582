namespace Benchmarks.Burst;

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

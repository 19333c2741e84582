using Benchmarks.Burst.Load;
using Benchmarks.Burst.Plain;

namespace Benchmarks.Burst;

/// <summary>How long the parts of bench burst last, in seconds.</summary>
/// <param name="Calm">Before the first burst of a run.</param>
/// <param name="Burst">Each burst.</param>
/// <param name="After">The calm after each burst, which is the calm before the next.</param>
/// <param name="Day">A bursty day at most: it takes what is left of the time.</param>
/// <param name="Drain">A measurement of capacity at most.</param>
/// <param name="Multiples">Sizes of the bursts of the sweep, ascending.</param>
/// <param name="Policies">Of plain workers; the first is one by one, and the usual one is among them.</param>
/// <param name="Threads">Of a plain worker's run: the best of these one by one is taken for all its policies.</param>
/// <param name="TextsOfAKind">In the mix, of each of its three kinds.</param>
/// <param name="Systems">Who sees bursts.</param>
internal sealed record BurstLengths(
    double Calm, double Burst, double After, double Day, double Drain, IReadOnlyList<int> Multiples, IReadOnlyList<PlainPolicy> Policies,
    IReadOnlyList<int> Threads, int TextsOfAKind, IReadOnlyList<string> Systems)
{
    /// <summary>As the results are published.</summary>
    public static BurstLengths Whole { get; } = new(
        30, 20, 60, 600, 12, [5, 10, 20, 40, 80], PlainPolicy.All, [1, Environment.ProcessorCount], TextSet.AllOfAKind,
        BurstSession.Systems);

    /// <summary>To see whether it all works: its figures mean nothing.</summary>
    public static BurstLengths Trial { get; } = new(
        1, 1.5, 2, 6, 1, [20], [PlainPolicy.All[0], PlainPolicy.Usual], [Environment.ProcessorCount], 30,
        [BurstSession.Auto, BurstSession.PlainFp32, BurstSession.Teacher]);
}

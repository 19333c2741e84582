namespace Benchmarks.Batching;

/// <summary>Lengths in an order that is meant to hurt allocators: every size, in waves that fit nothing left by the last.</summary>
internal static class Adversarial
{
    /// <summary>Waves of as many as there are lengths: rising, falling, shortest against longest, random.</summary>
    public static int[] Lengths(int count, int longest)
    {
        var random = new Random(512);
        return [.. Enumerable.Range(0, count).Select(place => (place / longest % 4, place % longest) switch
        {
            (0, var step) => step + 1,
            (1, var step) => longest - step,
            (2, var step) => step % 2 == 0 ? (step / 2) + 1 : longest - (step / 2),
            _ => random.Next(1, longest + 1),
        })];
    }
}

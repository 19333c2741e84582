namespace TestKit;

/// <summary>What some work allocates on this thread.</summary>
internal static class Allocations
{
    private const int Rounds = 3;

    /// <summary>
    /// Bytes that <paramref name="work"/> allocates, at the least of three rounds: the runtime allocates some hundred bytes once, where it
    /// compiles a loop anew while it runs, which a busy machine shows; what the work itself allocates shows in each round.
    /// </summary>
    public static long Of(Action work)
    {
        long least = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}

using System.Diagnostics;

namespace Benchmarks.Batching;

/// <summary>Threads that do one thing until it is done.</summary>
internal static class BatchThreads
{
    /// <summary>Starts them together.</summary>
    /// <returns>Seconds until the last is done. What one of them threw is thrown.</returns>
    public static double Run(int count, Action<int> body)
    {
        Exception? failure = null;
        using Barrier start = new(count + 1);
        Thread[] threads = [.. Enumerable.Range(0, count).Select(thread => new Thread(() =>
        {
            start.SignalAndWait();
            try
            {
                body(thread);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref failure, e, null);
            }
        }))];
        foreach (Thread thread in threads) thread.Start();
        start.SignalAndWait();
        long began = Stopwatch.GetTimestamp();
        foreach (Thread thread in threads) thread.Join();
        return failure is null
            ? Stopwatch.GetElapsedTime(began).TotalSeconds
            : throw new InvalidOperationException("A thread of the benchmark failed.", failure);
    }

    /// <summary>Runs a list of batches, each inference thread taking the next.</summary>
    /// <returns>Documents a second.</returns>
    public static double Clear(IServedModel model, int[][][] batches, int threads)
    {
        int next = -1;
        double seconds = Run(threads, _ =>
        {
            for (int batch; (batch = Interlocked.Increment(ref next)) < batches.Length;) model.Run(batches[batch]);
        });
        return batches.Sum(batch => batch.Length) / seconds;
    }
}

using System.Diagnostics;

namespace Benchmarks.Batching;

/// <summary>Threads that do one thing until it is done.</summary>
internal static class Callers
{
    /// <summary>Starts them together.</summary>
    /// <returns>Seconds until the last is done. What one of them threw is thrown.</returns>
    public static double Run(int count, Action<int> body)
    {
        Exception? failure = null;
        using Barrier start = new(count + 1);
        Thread[] threads = [.. Enumerable.Range(0, count).Select(caller => new Thread(() =>
        {
            start.SignalAndWait();
            try
            {
                body(caller);
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
            : throw new InvalidOperationException("A caller of the benchmark failed.", failure);
    }

    /// <summary>Runs a list of batches, each caller taking the next.</summary>
    /// <returns>Documents a second.</returns>
    public static double Clear(IServedModel model, int[][][] batches, int callers)
    {
        int next = -1;
        double seconds = Run(callers, _ =>
        {
            for (int batch; (batch = Interlocked.Increment(ref next)) < batches.Length;) model.Run(batches[batch]);
        });
        return batches.Sum(batch => batch.Length) / seconds;
    }
}

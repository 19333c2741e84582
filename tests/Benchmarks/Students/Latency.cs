using System.Diagnostics;
using Benchmarks.Batching;

namespace Benchmarks.Students;

/// <summary>Time of one document at a time, with nothing else waiting.</summary>
internal static class Latency
{
    /// <summary>Runs documents one after another on this thread, contestants in turns document by document.</summary>
    /// <returns>Sorted milliseconds, one list a contestant.</returns>
    public static double[][] Measure(IReadOnlyList<IServedModel> models, int[][] documents, int rounds, CancellationToken cancel)
    {
        List<double>[] times = [.. models.Select(_ => new List<double>())];
        for (int round = -1; round < rounds; round++)
        {
            foreach (int[] document in documents)
            {
                cancel.ThrowIfCancellationRequested();
                for (int model = 0; model < models.Count; model++)
                {
                    long began = Stopwatch.GetTimestamp();
                    models[model].Run([document]);
                    if (round >= 0) times[model].Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                }
            }
        }

        return [.. times.Select(list => list.Order().ToArray())];
    }
}

using System.Diagnostics;

namespace Benchmarks.Batching;

/// <summary>
/// Documents that arrive whether or not anyone is ready: Poisson, at a rate that is kept. The object is also the lock of whoever serves.
/// </summary>
/// <param name="arrivals">Seconds from the start, ascending.</param>
internal sealed class OpenLoop(double[] arrivals)
{
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>From arrival to label, by document.</summary>
    public double[] LatencyMs { get; } = new double[arrivals.Length];

    /// <summary>From arrival to the start of its batch, by document.</summary>
    public double[] WaitMs { get; } = new double[arrivals.Length];

    public TimeSpan Now => Stopwatch.GetElapsedTime(_start);

    public bool HasCome(int document) => arrivals[document] <= Now.TotalSeconds;

    /// <summary>Lets go of the lock until a document has come, or somebody looked.</summary>
    public void AwaitArrival(int document)
    {
        double ms = (arrivals[document] - Now.TotalSeconds) * 1000;
        if (ms > 0) Monitor.Wait(this, TimeSpan.FromMilliseconds(Math.Max(1, ms)));
    }

    public void Begin(IEnumerable<int> documents)
    {
        double now = Now.TotalSeconds;
        foreach (int document in documents) WaitMs[document] = (now - arrivals[document]) * 1000;
    }

    public void End(IEnumerable<int> documents)
    {
        double now = Now.TotalSeconds;
        foreach (int document in documents) LatencyMs[document] = (now - arrivals[document]) * 1000;
    }

    /// <summary>Arrival times of a Poisson process.</summary>
    public static double[] Poisson(int count, double perSecond, int seed)
    {
        var random = new Random(seed);
        double at = 0;
        return [.. Enumerable.Range(0, count).Select(_ => at += -Math.Log(1 - random.NextDouble()) / perSecond)];
    }

    /// <summary>
    /// Serves with a policy that needs no model of costs and never waits for a batch to fill: a free inference thread takes at once what
    /// the policy picks of what waits.
    /// </summary>
    public static (double[] LatencyMs, double[] WaitMs) Serve(IServedModel model, int[][] documents, double[] arrivals, int threads,
        Func<IReadOnlyList<int>, int[]> next)
    {
        OpenLoop loop = new(arrivals);
        List<int> waiting = [];
        int arrived = 0;
        BatchThreads.Run(threads, _ =>
        {
            while (true)
            {
                int[] batch;
                lock (loop)
                {
                    while (true)
                    {
                        for (; arrived < documents.Length && loop.HasCome(arrived); arrived++) waiting.Add(arrived);
                        if (waiting.Count > 0 || arrived == documents.Length) break;
                        loop.AwaitArrival(arrived);
                    }

                    if (waiting.Count == 0) return;
                    batch = next(waiting);
                    waiting.RemoveAll(batch.Contains);
                }

                loop.Begin(batch);
                model.Run([.. batch.Select(document => documents[document])]);
                loop.End(batch);
            }
        });
        return (loop.LatencyMs, loop.WaitMs);
    }
}

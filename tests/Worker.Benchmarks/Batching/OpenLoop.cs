using System.Diagnostics;

namespace Worker.Benchmarks.Batching;

/// <summary>Documents that arrive whether or not anyone is ready: Poisson, at a rate that is kept. The object is also the lock of whoever serves.</summary>
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

    /// <summary>Serves each document alone, first come, first served.</summary>
    public static double[] ServeOne(IServedModel model, int[][] documents, double[] arrivals, int callers)
    {
        OpenLoop loop = new(arrivals);
        int next = -1;
        Callers.Run(callers, _ =>
        {
            for (int document; (document = Interlocked.Increment(ref next)) < documents.Length;)
            {
                lock (loop)
                {
                    while (!loop.HasCome(document)) loop.AwaitArrival(document);
                }

                model.Run([documents[document]]);
                loop.End([document]);
            }
        });
        return loop.LatencyMs;
    }
}

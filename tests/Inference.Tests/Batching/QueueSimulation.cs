using Sluice.Inference.Batching;

namespace Inference.Tests.Batching;

/// <summary>
/// Documents that come at given times, inference threads that run what is chosen for them, and a clock that jumps from event to event:
/// milliseconds are exact and cost nothing.
/// </summary>
internal sealed class QueueSimulation(BatchCost truth, int threads, Func<WaitingWindow, int, TimeSpan, PlannedBatch> choose,
    int windowSize = 512)
{
    public const int Longest = 512;

    private readonly LengthBuffer<int> _buffer = new(100_000, long.MaxValue, Longest);
    private readonly WaitingWindow _window = new(windowSize);
    private readonly PriorityQueue<int, double> _busy = new();

    /// <summary>[documents] milliseconds from coming to being chosen.</summary>
    public double[] Waits { get; private set; } = [];

    /// <summary>[documents] milliseconds from coming to being done.</summary>
    public double[] Ages { get; private set; } = [];

    /// <summary>[documents] tokens of each.</summary>
    public int[] Lengths { get; private set; } = [];

    /// <summary>When the last batch was done.</summary>
    public double EndMs { get; private set; }

    public List<BatchShape> Batches { get; } = [];

    /// <summary>[documents] index of the batch of each, in the order in which batches were chosen.</summary>
    public int[] BatchOf { get; private set; } = [];

    public double Age(double share) => Ages.Order().ElementAt((int)(share * (Ages.Length - 1)));

    public QueueSimulation Run(IReadOnlyList<(double Ms, int Length)> arrivals)
    {
        Waits = new double[arrivals.Count];
        Ages = new double[arrivals.Count];
        BatchOf = new int[arrivals.Count];
        Lengths = [.. arrivals.Select(a => a.Length)];
        int next = 0;
        double now = 0;
        while (next < arrivals.Count || _buffer.Count > 0 || _busy.Count > 0)
        {
            while (_busy.TryPeek(out _, out double done) && done <= now) _busy.Dequeue();
            for (; next < arrivals.Count && arrivals[next].Ms <= now; next++)
                _buffer.TryAdd(next, arrivals[next].Length, TimeSpan.FromMilliseconds(arrivals[next].Ms));
            while (_busy.Count < threads && _buffer.Count > 0) Start(now, arrivals);
            double coming = next < arrivals.Count ? arrivals[next].Ms : double.PositiveInfinity;
            now = _busy.TryPeek(out _, out double free) ? Math.Min(free, coming) : coming;
        }

        return this;
    }

    private void Start(double now, IReadOnlyList<(double Ms, int Length)> arrivals)
    {
        _buffer.View(_window);
        PlannedBatch batch = choose(_window, threads - _busy.Count, TimeSpan.FromMilliseconds(now));
        double done = now + truth.Predict(batch.Shape);
        Batches.Add(batch.Shape);
        foreach (int slot in _window.Slots[batch.Start..batch.End])
        {
            int document = _buffer.Take(slot);
            Waits[document] = now - arrivals[document].Ms;
            Ages[document] = done - arrivals[document].Ms;
            BatchOf[document] = Batches.Count - 1;
        }

        EndMs = Math.Max(EndMs, done);
        _busy.Enqueue(Batches.Count, done);
    }

    /// <summary>Documents that come at random with lengths that most corpora have: lognormal, median 40, clipped to 4..512.</summary>
    public static List<(double Ms, int Length)> Poisson(int documents, double perMs, int seed)
    {
        Random random = new(seed);
        double now = 0;
        List<(double, int)> arrivals = [];
        for (int i = 0; i < documents; i++)
        {
            now -= Math.Log(1 - random.NextDouble()) / perMs;
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            arrivals.Add((now, (int)Math.Clamp(40 * Math.Exp(0.9 * normal), 4, Longest)));
        }

        return arrivals;
    }
}

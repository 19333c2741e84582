using System.Diagnostics;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;

namespace Benchmarks.Batching;

/// <summary>The worker's own queue, planner and cost model before a model, without Kafka.</summary>
/// <param name="model">Runs the batches.</param>
/// <param name="costs">What they cost; learns on.</param>
/// <param name="budget">What one batch may hold.</param>
/// <param name="longest">Tokens of the longest document.</param>
/// <param name="threads">Inference threads.</param>
/// <param name="options">How the model's engine runs, which says what clock measures it; null for the defaults.</param>
/// <param name="run">Lets as many threads do one thing and gives the seconds that it took; null for threads of each time.</param>
internal sealed class PlannedServing(PackedModel model, CostModel costs, BatchBudget budget, int longest, int threads,
    EngineOptions? options = null, Func<Action<int>, double>? run = null)
{
    private const int Capacity = 4096;

    private readonly Func<Action<int>, double> _run = run ?? (body => BatchThreads.Run(threads, body));
    private readonly CostClock _clock = new(options ?? new EngineOptions(), TimeProvider.System);
    private readonly DeviceTurn _turn = new(options ?? new EngineOptions());

    /// <summary>What was run since the last <see cref="Clear"/> or <see cref="Serve"/> began.</summary>
    public BatchStatistics Statistics { get; private set; } = new();

    /// <summary>Milliseconds of each plan.</summary>
    public List<double> PlanMs { get; } = [];

    /// <summary>Managed bytes that planning allocated.</summary>
    public long PlanBytes { get; private set; }

    /// <summary>Runs all documents while <paramref name="queue"/> of them wait at any time, as long as there are so many.</summary>
    /// <returns>Documents a second.</returns>
    public double Clear(int[][] documents, int queue) => documents.Length / Pass(documents, queue, Run);

    /// <summary>Runs each planned batch twice in turn on one thread.</summary>
    /// <returns>By how much the second took another time than the first, as a mean share: no prediction from a batch's shape can be closer
    /// than about 0.7 of it, where such noise is a normal variable.</returns>
    public double SameAgain(int[][] documents, int queue)
    {
        object gate = new();
        double apart = 0;
        int batches = 0;
        Pass(documents, queue, (own, costed, batch, _) =>
        {
            double first = model.Run(batch, costed, own).MeasuredMs, again = model.Run(batch, costed, own).MeasuredMs;
            lock (gate) (apart, batches) = (apart + (Math.Abs(first - again) / first), batches + 1);
        });
        return apart / batches;
    }

    /// <summary>Serves documents that arrive at given times, whatever is done by then.</summary>
    /// <param name="documents">Ids, in order of arrival.</param>
    /// <param name="arrivals">Seconds from the start, ascending, one a document.</param>
    /// <returns>Milliseconds from arrival to label, and of waiting, document by document.</returns>
    public (double[] LatencyMs, double[] WaitMs) Serve(int[][] documents, double[] arrivals)
    {
        Statistics = new BatchStatistics();
        WaitingQueue<(int[] Ids, int Number)> waiting = new(Capacity, long.MaxValue, longest, budget, TimeSpan.FromSeconds(1));
        OpenLoop loop = new(arrivals);
        int idle = 0, arrived = 0;
        BatchThreads.Run(threads, _ =>
        {
            (ThreadPace own, CostedEngine costed) = InferenceThread();
            while (true)
            {
                (int[], int)[]? batch = null;
                PlannedBatch planned = default;
                lock (loop)
                {
                    idle++;
                    while (true)
                    {
                        for (; arrived < documents.Length && loop.HasCome(arrived); arrived++)
                            waiting.TryAdd((documents[arrived], arrived), documents[arrived].Length, loop.Now);
                        if (waiting.Count > 0 || arrived == documents.Length) break;
                        loop.AwaitArrival(arrived);
                    }

                    if (waiting.Count > 0)
                    {
                        long began = Stopwatch.GetTimestamp();
                        planned = waiting.Plan(own.Current, idle, loop.Now);
                        PlanMs.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                        batch = [.. Enumerable.Range(planned.Start, planned.Shape.Rows).Select(waiting.Take)];
                    }

                    idle--;
                }

                if (batch is null) return;
                loop.Begin(batch.Select(document => document.Item2));
                Run(own, costed, [.. batch.Select(document => document.Item1)], planned);
                loop.End(batch.Select(document => document.Item2));
            }
        });
        return (loop.LatencyMs, loop.WaitMs);
    }

    /// <returns>Seconds.</returns>
    private double Pass(int[][] documents, int queue, Action<ThreadPace, CostedEngine, int[][], PlannedBatch> run)
    {
        Statistics = new BatchStatistics();
        WaitingQueue<int[]> waiting = new(Capacity, long.MaxValue, longest, budget, TimeSpan.FromHours(1));
        object gate = new();
        int arrived = 0;
        return _run(_ =>
        {
            (ThreadPace own, CostedEngine costed) = InferenceThread();
            while (Next(own) is var (batch, planned)) run(own, costed, batch, planned);
        });

        (int[][] Batch, PlannedBatch Planned)? Next(ThreadPace own)
        {
            lock (gate)
            {
                for (; arrived < documents.Length && waiting.Count < queue; arrived++)
                    waiting.TryAdd(documents[arrived], documents[arrived].Length, TimeSpan.FromTicks(arrived));
                return waiting.Count == 0 ? null : Take(waiting, own); // the others are at work: who finds nothing ends
            }
        }
    }

    private (int[][] Batch, PlannedBatch Planned)? Take(WaitingQueue<int[]> waiting, ThreadPace own)
    {
        long bytes = GC.GetAllocatedBytesForCurrentThread(), began = Stopwatch.GetTimestamp();
        PlannedBatch planned = waiting.Plan(own.Current, idleThreads: 1, TimeSpan.Zero);
        double ms = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        PlanBytes += GC.GetAllocatedBytesForCurrentThread() - bytes;
        PlanMs.Add(ms);
        return ([.. Enumerable.Range(planned.Start, planned.Shape.Rows).Select(waiting.Take)], planned);
    }

    private (ThreadPace Own, CostedEngine Costed) InferenceThread()
    {
        ThreadPace own = new(costs);
        return (own, new CostedEngine(model.Engine, _clock, _turn));
    }

    private void Run(ThreadPace own, CostedEngine costed, int[][] batch, PlannedBatch planned)
    {
        CostedBatch ran = model.Run(batch, costed, own);
        Statistics.Note(planned.Shape, ran.PredictedMs, ran.MeasuredMs);
    }
}

using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Modes;
using Sluice.Inference.Tokenization;
using Sluice.Inference.Warmup;
using Sluice.Worker.Configuration;
using Sluice.Worker.Control;
using Sluice.Worker.Delivery;
using Sluice.Worker.InFlight;
using Sluice.Worker.Observability;
using Sluice.Worker.Pipeline;

namespace Benchmarks.Modes;

/// <summary>The worker's path from waiting documents to labels, without Kafka: the batch step, the infer step on a thread a core, and
/// labels that are counted. It runs from construction to <see cref="Dispose"/>, always with documents waiting.</summary>
internal sealed class ModePath : IDisposable
{
    private const int Waiting = 256;
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(10); // changes: 1,000 in 10 s

    private readonly CurrentMode _current;
    private readonly IReadOnlyList<Mode> _modes;
    private readonly InFlightRecords _records;
    private readonly PipelineProgress _progress;
    private readonly BatchStep _batches;
    private readonly MemoryWarmup _warmup;
    private readonly List<Thread> _threads = [];
    private readonly BatchAllocations _engine;
    private readonly ManualResetEventSlim _failed = new();
    private long _documents;
    private int _changes;
    private volatile bool _stopped;
    private volatile Exception? _failure;
    private volatile Action? _labelled;

    /// <param name="engine">What labels; the modes are changed between all of its.</param>
    /// <param name="vocabulary">Token ids of the model.</param>
    /// <param name="documents">Ids, which come again and again.</param>
    public ModePath(IEngine engine, int vocabulary, int[][] documents)
    {
        int threads = Environment.ProcessorCount, longest = engine.Model.MaxTokens;
        BatchBudget budget = new BatchingOptions().Least;
        EngineOptions options = new();
        CostClock clock = new(options, TimeProvider.System);
        DeviceTurn turn = new(options);
        _engine = new BatchAllocations(engine);
        _modes = engine.Modes;
        _current = new CurrentMode(_modes, _modes[0]);
        _records = new InFlightRecords(new InFlightLimits(4096, long.MaxValue, long.MaxValue), TimeProvider.System)
        {
            MaxTokensPerDocument = longest,
        };
        _progress = new PipelineProgress(_records);
        _batches = new BatchStep(longest, budget, TimeSpan.FromHours(1), new PipelineOptions { MaxDocumentsInFlight = Waiting }, _records,
            TimeProvider.System, _modes.Count);
        _warmup = new MemoryWarmup(engine, _modes, vocabulary, budget, threads, options, turn);
        _warmup.Prepare();
        ModeCosts costs = new(new CostModels(new CostFingerprint("", "", "")), _modes.Select(mode => (mode, engine.CostNameOf(mode))),
            threads);
        foreach (Mode mode in _modes) CostWarmup.Give(costs[mode], engine, mode, budget, clock);
        InferStep step = new(_engine, _current, costs, _batches, (item, _, _, _, _) => Published(item),
            new HeldLabels(_ => { }, TimeProvider.System),
            (_, rejection) => throw new InvalidOperationException(rejection.Detail), documents[0],
            new FailedRuns(options, _progress, new Redaction([]), TimeProvider.System, NullLogger<FailedRuns>.Instance), _progress, clock,
            turn);
        for (int thread = 0; thread < threads; thread++)
        {
            Start(() =>
            {
                using PackedBatch<WorkItem> batch = new(budget);
                if (_warmup.Join(batch, CancellationToken.None)) step.Run(batch);
            });
        }

        Start(() => Feed(documents));
    }

    /// <summary>Is called of each label from now on, on the thread that made it; nothing is where it is null.</summary>
    public Action? Labelled
    {
        set => _labelled = value;
    }

    /// <summary>Lets it run for a time.</summary>
    /// <param name="time">How long.</param>
    /// <param name="changing">Whether the mode changes a hundred times a second, through all of the engine's; else it is the first.</param>
    /// <param name="allocated">Counts what its batches allocate.</param>
    /// <exception cref="InvalidOperationException">A thread of the path failed.</exception>
    public PathSlice Run(TimeSpan time, bool changing, AllocationCounts allocated)
    {
        _engine.Counts = allocated;
        PathSlice before = Read();
        long began = Stopwatch.GetTimestamp();
        for (int change = 1; Stopwatch.GetElapsedTime(began) < time; change++)
        {
            if (changing)
            {
                _current.Set(_modes[change % _modes.Count]);
                _changes++;
            }

            TimeSpan left = (Between * change) - Stopwatch.GetElapsedTime(began);
            if (left > TimeSpan.Zero && _failed.Wait(left)) break;
        }

        _current.Set(_modes[0]);
        if (_failure is { } failure) throw new InvalidOperationException("A thread of the path failed.", failure);
        return Read() - before;
    }

    public void Dispose()
    {
        _stopped = true;
        _batches.Abandon();
        foreach (Thread thread in _threads) thread.Join();
        _warmup.Dispose();
        _engine.Dispose();
        _failed.Dispose();
    }

    private PathSlice Read() => new(Interlocked.Read(ref _documents), _progress.Batches.Read().Batches,
        Stopwatch.GetElapsedTime(0).TotalSeconds, Environment.CpuUsage.TotalTime.TotalSeconds, _changes);

    private void Published(WorkItem item)
    {
        _labelled?.Invoke();
        _records.Finish(item.Envelope, RecordOutcome.Labelled);
        Interlocked.Increment(ref _documents);
    }

    private void Feed(int[][] documents)
    {
        SourcePartition partition = new("documents", 0);
        for (int next = 0; !_stopped; next++)
        {
            int[] ids = documents[next % documents.Length];
            _records.Enter(new InboundRecord(partition, next, null, [], [], null));
            if (!_records.ToDecode.TryRead(out SourceRecord record)) throw new UnreachableException("A record that entered is not there.");
            _records.Tokenized(record.Envelope, ids.Length);
            _batches.Add(new WorkItem(record.Envelope, "", ids, new TokenCount(ids.Length, false)));
        }
    }

    private void Start(Action body)
    {
        Thread thread = new(() =>
        {
            try
            {
                body();
            }
            catch (Exception e)
            {
                _failure = e;
                _failed.Set();
                _batches.Abandon();
            }
        });
        _threads.Add(thread);
        thread.Start();
    }
}

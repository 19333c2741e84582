using System.Buffers;
using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Machine;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Tokenization;
using Sluice.Inference.Warmup;
using Sluice.Worker.Configuration;
using Sluice.Worker.Control;
using Sluice.Worker.Delivery;
using Sluice.Worker.Documents;
using Sluice.Worker.InFlight;
using Sluice.Worker.Observability;
using Sluice.Worker.Pipeline;

namespace Benchmarks.Gpu;

/// <summary>The worker's path from texts in memory to encoded labels, without Kafka: tokenizing, the batch step, the infer step, and labels
/// that are written and let go. It runs from construction to <see cref="Dispose"/>, always with texts waiting.</summary>
internal sealed class SourcePath : IDisposable
{
    private const int InFlight = 32_768;

    private readonly InFlightRecords _records;
    private readonly PipelineProgress _progress;
    private readonly BatchStep _batches;
    private readonly WordPieceTokenizer _tokenizer;
    private readonly List<Thread> _threads = [];
    private readonly ManualResetEventSlim _failed = new();
    private readonly int _longest, _decoders, _runsAtOnce;
    private volatile bool _stopped;
    private volatile Exception? _failure;

    /// <param name="run">Which model, where.</param>
    /// <param name="engine">Labels; owned by whoever made it.</param>
    /// <param name="mode">In which of its modes.</param>
    /// <param name="budget">What a batch may hold.</param>
    /// <param name="texts">UTF-8, which come again and again.</param>
    /// <param name="decoders">Threads that tokenize.</param>
    /// <param name="inferers">Inference threads.</param>
    public SourcePath(GpuRun run, IEngine engine, Mode mode, BatchBudget budget, byte[][] texts, int decoders, int inferers)
    {
        (_longest, _decoders) = (engine.Model.MaxTokens, decoders);
        _tokenizer = run.Bundle.CreateTokenizer();
        CurrentMode current = new(engine.Modes, mode);
        _records = new InFlightRecords(new InFlightLimits(InFlight, long.MaxValue, long.MaxValue), TimeProvider.System)
        {
            MaxTokensPerDocument = _longest,
        };
        _progress = new PipelineProgress(_records);
        PipelineOptions pipeline = new()
        {
            MaxDocumentsInFlight = InFlight,
            MaxTokensInFlight = long.MaxValue,
            InferenceCallers = inferers,
            IsOnGpu = run.OnGpu,
        };
        _runsAtOnce = pipeline.BatchesAtOnce;
        _batches = new BatchStep(_longest, budget, TimeSpan.FromHours(1), pipeline, _records, TimeProvider.System,
            engine.Modes.Count);
        ModeCosts costs = new(new CostModels(new CostFingerprint("", "", "")), [(mode, engine.CostNameOf(mode))], inferers);
        CostWarmup.Give(costs[mode], engine, mode, budget, run.Clock);
        InferStep step = new(engine, current, costs, _batches, Published,
            new HeldLabels(_ => { }, TimeProvider.System), (_, rejection) => throw new InvalidOperationException(rejection.Detail),
            [run.Bundle.Vocabulary.Classify, run.Bundle.Vocabulary.Separator],
            new FailedRuns(run.Engines, _progress, new Redaction([]), TimeProvider.System, NullLogger<FailedRuns>.Instance), _progress,
            run.Clock, new DeviceTurn(run.Engines));
        for (int thread = 0; thread < inferers; thread++)
        {
            Start(() =>
            {
                using PackedBatch<WorkItem> batch = new(budget);
                step.Run(batch);
            });
        }

        for (int thread = 0; thread < decoders; thread++) Start(Tokenize);
        Start(() => Feed(texts));
    }

    /// <summary>Lets it run for a time.</summary>
    /// <exception cref="InvalidOperationException">A thread of the path failed.</exception>
    public SourceSlice Run(TimeSpan time)
    {
        ProgressSnapshot before = _progress.Snapshot();
        long began = Stopwatch.GetTimestamp();
        double cpu = Environment.CpuUsage.TotalTime.TotalSeconds;
        _failed.Wait(time);
        if (_failure is { } failure) throw new InvalidOperationException("A thread of the path failed.", failure);
        ProgressSnapshot after = _progress.Snapshot();
        BatchTotals batches = after.Batches.Since(before.Batches);
        double Cores(PipelineStep step) => (after.Cpu[step] - before.Cpu[step]).TotalSeconds / Stopwatch.GetElapsedTime(began).TotalSeconds;
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return new SourceSlice((after.Labelled - before.Labelled) / seconds,
            batches.Batches == 0 ? 0 : (double)batches.Documents / batches.Batches,
            Cores(PipelineStep.Decode) / _decoders, batches.MeasuredMs / 1000 / seconds / _runsAtOnce,
            Cores(PipelineStep.Batch) + Cores(PipelineStep.Publish), (Environment.CpuUsage.TotalTime.TotalSeconds - cpu) / seconds);
    }

    public void Dispose()
    {
        _stopped = true;
        _records.Complete();
        _batches.Abandon();
        foreach (Thread thread in _threads) thread.Join();
        _failed.Dispose();
    }

    private void Tokenize()
    {
        int[] ids = new int[_longest];
        SpinWait idle = default;
        while (!_stopped)
        {
            if (!_records.ToDecode.TryRead(out SourceRecord record))
            {
                idle.SpinOnce();
                continue;
            }

            idle.Reset();
            long cpu = ThreadCpuClock.Now();
            TokenCount count = _tokenizer.Encode(record.Value, ids);
            _records.Tokenized(record.Envelope, count.Count);
            _batches.Add(new WorkItem(record.Envelope, "a document's id", ids, count));
            _progress.Charge(PipelineStep.Decode, cpu);
        }
    }

    private void Feed(byte[][] texts)
    {
        SourcePartition partition = new("texts", 0);
        for (int next = 0; !_stopped; next++)
        {
            while (!_stopped && !_records.HasRoom) _records.WaitForRoom(TimeSpan.FromMilliseconds(10));
            if (!_stopped) _records.Enter(new InboundRecord(partition, next, null, texts[next % texts.Length], [], null));
        }
    }

    // As PublishStep makes a label; the client's share is not in it.
    private void Published(WorkItem item, ModelIdentity model, ReadOnlySpan<float> probabilities, Provenance provenance,
        ArrayBufferWriter<byte> output)
    {
        output.ResetWrittenCount();
        PredictionWriter.Of(item.Envelope, item.DocumentId, item.TokenCount, model, probabilities, provenance, DateTimeOffset.UnixEpoch)
            .Write(output);
        _records.Finish(item.Envelope, RecordOutcome.Labelled);
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
                _stopped = true;
                _failed.Set();
                _records.Complete();
                _batches.Abandon();
            }
        }) { IsBackground = true };
        _threads.Add(thread);
        thread.Start();
    }
}

/// <summary>What the path did in some time.</summary>
/// <param name="DocumentsASecond">Labelled.</param>
/// <param name="DocumentsABatch">Mean.</param>
/// <param name="TokenizersBusy">Share of the time that a tokenizing thread calculated, 0 to 1.</param>
/// <param name="ModelBusy">Share of the time that the model ran, 0 to 1: of as many runs as there can be at once, which on a GPU is one.
/// Above 1 where students on a CPU have helpers.</param>
/// <param name="OtherCores">Cores that planning and writing labels took.</param>
/// <param name="AllCores">Cores that the process took.</param>
internal readonly record struct SourceSlice(double DocumentsASecond, double DocumentsABatch, double TokenizersBusy, double ModelBusy,
    double OtherCores, double AllCores)
{
    private const double Busy = 0.85;

    /// <summary>What keeps it from being faster.</summary>
    public string Binds => ModelBusy >= Busy && ModelBusy >= TokenizersBusy ? "running the model"
        : TokenizersBusy >= Busy ? "tokenizing"
        : "neither of them";
}

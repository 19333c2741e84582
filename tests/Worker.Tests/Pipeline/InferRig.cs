using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Tokenization;
using Sluice.Worker.Configuration;
using Sluice.Worker.Control;
using Sluice.Worker.Delivery;
using Sluice.Worker.Documents;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;
using Sluice.Worker.Observability;
using Sluice.Worker.Pipeline;

namespace Worker.Tests.Pipeline;

/// <summary>The infer step between documents that the test adds and what it publishes and rejects.</summary>
internal sealed class InferRig
{
    public static readonly Mode Teacher = Mode.Teacher(Precision.Int8), Swift = Mode.Swift(Precision.Int8);
    public static readonly ModelIdentity Model = new("tiny", "1.0.0", ["a", "b", "c"], maxTokens: 32);
    public static readonly BatchBudget Budget = new(8, 64);

    /// <summary>What batches cost where it is known: then eight documents of one length go together.</summary>
    public static readonly CostSnapshot Known = new(new BatchCost(1, 0.01, 0.01, 1e-4, 0), 0.01, 1000, IsTrusted: true);

    /// <summary>The shortest document's ids. Those that a test adds have others, all alike.</summary>
    public static readonly int[] Shortest = [1, 2];

    private readonly InFlightRecords _records = new(new InFlightLimits(4096, 131_072, 1 << 26), TimeProvider.System)
    {
        MaxTokensPerDocument = 512,
    };

    /// <param name="options">How the engine is said to run; null for the defaults.</param>
    /// <param name="secrets">What no message may show.</param>
    public InferRig(EngineOptions? options = null, params string[] secrets)
    {
        Progress = new PipelineProgress(_records);
        Batches = new BatchStep(Model.MaxTokens, Budget, TimeSpan.FromMinutes(1), new PipelineOptions(), _records, TimeProvider.System,
            Current.Loaded.Count);
        Failed = new FailedRuns(options ?? new EngineOptions(), Progress, new Redaction(secrets), Time, Log);
        Clock = new CostClock(options ?? new EngineOptions(), TimeProvider.System);
        Held = new HeldLabels(Sent.Enqueue, Time);
    }

    public FakeTimeProvider Time { get; } = new();

    public Lines<FailedRuns> Log { get; } = new();

    public FailedRuns Failed { get; }

    /// <summary>Of the options, in real time.</summary>
    public CostClock Clock { get; }

    public PipelineProgress Progress { get; }

    public CurrentMode Current { get; } = new([Teacher, Swift], Teacher);

    public CostModels Costs { get; } = new(new CostFingerprint("machine", "runtime", "model"));

    public BatchStep Batches { get; }

    /// <summary>In the rig's time.</summary>
    public HeldLabels Held { get; }

    /// <summary>Of what is published: what is no longer held.</summary>
    public ConcurrentQueue<Shipment> Sent { get; } = [];

    public ConcurrentQueue<(string Id, int Label, Provenance Provenance)> Published { get; } = [];

    public ConcurrentQueue<(string Id, Rejection Rejection)> Rejected { get; } = [];

    /// <summary>Documents of so many tokens each; of that many their ids tell.</summary>
    public void Add(params int[] lengths)
    {
        SourcePartition partition = new("documents", 0);
        foreach (int tokens in lengths)
        {
            long offset = _records.Counts.Consumed;
            _records.Enter(new InboundRecord(partition, offset, null, [], [], null));
            Assert.True(_records.ToDecode.TryRead(out SourceRecord record));
            _records.Tokenized(record.Envelope, tokens);
            Batches.Add(new WorkItem(record.Envelope, $"{offset}:{tokens}", new int[tokens], new TokenCount(tokens, false)));
        }
    }

    /// <summary>Tokens of a document.</summary>
    public static int TokensOf(string id) => int.Parse(id.Split(':')[1], CultureInfo.InvariantCulture);

    /// <summary>As it is held.</summary>
    public static Shipment LabelOf(Envelope record) => new(new OutboundRecord("labels", null, [], []), record, RecordOutcome.Labelled);

    /// <summary>Makes the cost of the teacher's batches known, so that documents go together.</summary>
    public void KnowCosts() => Costs.TryAdd(new CostKey("teacher", Precision.Int8, 1), Known);

    /// <summary>Runs the step over what was added, to its end.</summary>
    public void Run(IEngine engine)
    {
        Batches.Complete();
        Run(Create(engine));
    }

    public static void Run(InferStep step)
    {
        using PackedBatch<WorkItem> batch = new(Budget);
        step.Run(batch);
    }

    public InferStep Create(IEngine engine, DeviceTurn? turn = null) => new(engine, Current,
        new ModeCosts(Costs, engine.Modes.Select(mode => (mode, mode.Name)), 1), Batches,
        (item, _, probabilities, provenance, _) =>
        {
            Published.Enqueue((item.DocumentId, Scores.Largest(probabilities), provenance));
            Held.Add(LabelOf(item.Envelope));
        }, Held,
        (item, rejection) => Rejected.Enqueue((item.DocumentId, rejection)), Shortest, Failed, Progress, Clock,
        turn ?? DeviceTurn.Alone);
}

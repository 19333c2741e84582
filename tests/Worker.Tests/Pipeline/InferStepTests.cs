using System.Collections.Concurrent;
using System.Diagnostics;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Tokenization;
using Sluice.Worker.Configuration;
using Sluice.Worker.Control;
using Sluice.Worker.InFlight;
using Sluice.Worker.Observability;
using Sluice.Worker.Pipeline;

namespace Worker.Tests.Pipeline;

public sealed class InferStepTests
{
    private const int Labels = 3;
    private static readonly Mode Teacher = Mode.Teacher(Precision.Int8), Swift = Mode.Swift(Precision.Int8);
    private static readonly ModelIdentity Model = new("tiny", "1.0.0", ["a", "b", "c"], maxTokens: 32);
    private static readonly BatchBudget Budget = new(8, 64);
    private static readonly CostSnapshot Known = new(new BatchCost(1, 0.01, 0.01, 1e-4, 0), 0.01, 1000, IsTrusted: true);
    private readonly InFlightRecords _records = new(new InFlightLimits(4096, 131_072, 1 << 26)) { MaxTokensPerDocument = 512 };
    private readonly PipelineProgress _progress;
    private readonly CurrentMode _current = new([Teacher, Swift], Teacher);
    private readonly CostModels _costs = new(new CostFingerprint("machine", "runtime", "model"));
    private readonly ConcurrentQueue<(string Id, int Label, Provenance Provenance)> _published = [];
    private readonly BatchStep _batches;

    public InferStepTests()
    {
        _progress = new PipelineProgress(_records);
        _batches = new BatchStep(Model.MaxTokens, Budget, TimeSpan.FromMinutes(1), new PipelineOptions(), _records, TimeProvider.System);
    }

    [Fact]
    public void Labels_carry_the_mode_in_which_their_batch_was_run_though_it_changes_during_the_run()
    {
        List<Mode> ran = [];
        Add(5, 5, 9, 30);
        Run(new CalledEngine(mode =>
        {
            ran.Add(mode);
            _current.Set(mode == Teacher ? Swift : Teacher);
        }));
        Assert.Equal([Teacher, Swift, Teacher, Swift], ran); // nothing is known of the costs: one by one
        Assert.Equal(ran, _published.Select(label => label.Provenance.Mode));
    }

    [Fact]
    public void A_batch_is_planned_by_the_costs_of_the_mode_that_it_is_run_in()
    {
        _costs.TryAdd(new CostKey("swift", Precision.Int8, 1), Known);
        List<(Mode, int)> ran = [];
        Add(7, 7, 7, 7);
        Run(new CalledEngine(mode => _current.Set(Swift), (mode, rows) => ran.Add((mode, rows))));
        Assert.Equal([(Teacher, 1), (Swift, 3)], ran); // of the teacher's nothing is known
    }

    [Fact]
    public void An_inference_thread_that_waits_runs_what_comes_in_the_mode_of_then()
    {
        using ConstantEngine engine = new(Model, [Teacher, Swift]);
        InferStep step = Create(engine);
        Thread thread = new(() => Run(step));
        thread.Start();
        SpinWait.SpinUntil(() => thread.ThreadState.HasFlag(System.Threading.ThreadState.WaitSleepJoin));
        _current.Set(Swift);
        Add(4);
        _batches.Complete();
        Assert.True(thread.Join(TimeSpan.FromSeconds(60)));
        Assert.Equal(Swift, Assert.Single(_published).Provenance.Mode);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void Rows_that_are_done_at_different_times_are_each_published_once_with_their_own_label(int rowsAtOnce)
    {
        _costs.TryAdd(new CostKey("teacher", Precision.Int8, 1), Known);
        Add(5, 6, 7, 6, 5, 7, 6);
        using ConstantEngine engine = new(Model, [Teacher, Swift], rowsAtOnce);
        Run(engine);
        Assert.Equal(7, _published.DistinctBy(label => label.Id).Count());
        Assert.Equal(7, _published.Count);
        Assert.All(_published, label => Assert.Equal(ConstantEngine.LabelOf(TokensOf(label.Id), Labels), label.Label));
        Assert.Equal((7, 42), (_progress.Snapshot().Labelled, _progress.Snapshot().Tokens));
    }

    [Fact]
    public void An_engine_that_fails_fails_the_step_with_its_error_and_its_batch_has_no_label()
    {
        Add(5, 6);
        int runs = 0;
        Assert.Equal("broken", Assert.Throws<InvalidOperationException>(() => Run(new CalledEngine(_ =>
        {
            if (++runs == 2) throw new InvalidOperationException("broken");
        }))).Message);
        Assert.Single(_published);
    }

    [Fact]
    public void An_engine_that_leaves_out_a_row_fails_the_step_for_its_document_would_never_be_done()
    {
        Add(5);
        Assert.Contains("gave 0 rows of 1", Assert.Throws<UnreachableException>(() =>
            Run(new CalledEngine(_ => { }) { Between = _ => DiscardedRows.Instance })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_engine_that_gives_a_row_twice_and_omits_another_fails_the_step_on_the_inference_thread()
    {
        _costs.TryAdd(new CostKey("teacher", Precision.Int8, 1), Known);
        Add(5, 5);
        Assert.Contains("gave row 0 of 2 twice", Assert.Throws<UnreachableException>(() =>
            Run(new CalledEngine(_ => { }) { Between = sink => new FirstRowOnly(sink) })).Message, StringComparison.Ordinal);
        Assert.Single(_published);
    }

    [Fact]
    public void The_step_ends_when_no_batch_will_come_and_has_labelled_what_was_there()
    {
        Add(3, 4, 5);
        using ConstantEngine engine = new(Model, [Teacher, Swift]);
        Run(engine);
        Assert.Equal(3, _published.Count);
    }

    private void Run(IEngine engine)
    {
        _batches.Complete();
        Run(Create(engine));
    }

    private static void Run(InferStep step)
    {
        using PackedBatch<WorkItem> batch = new(Budget);
        step.Run(batch);
    }

    private InferStep Create(IEngine engine) => new(engine, _current,
        new ModeCosts(_costs, engine.Modes.Select(mode => (mode, mode.Name)), 1), _batches,
        (item, _, probabilities, provenance, _) =>
            _published.Enqueue((item.DocumentId, Scores.Largest(probabilities), provenance)),
        _progress, new CostClock(new EngineOptions(), TimeProvider.System));

    /// <summary>Documents of so many tokens each.</summary>
    private void Add(params int[] lengths)
    {
        SourcePartition partition = new("documents", 0);
        foreach (int tokens in lengths)
        {
            long offset = _records.Counts.Consumed;
            _records.Enter(new InboundRecord(partition, offset, null, [], [], null));
            Assert.True(_records.ToDecode.TryRead(out SourceRecord record));
            _records.Tokenized(record.Envelope, tokens);
            _batches.Add(new WorkItem(record.Envelope, $"{offset}:{tokens}", new int[tokens], new TokenCount(tokens, false)));
        }
    }

    private static int TokensOf(string id) => int.Parse(id.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Tells of each run before it gives the rows.</summary>
    private sealed class CalledEngine(Action<Mode> onRun, Action<Mode, int>? onBatch = null) : IEngine
    {
        private readonly ConstantEngine _engine = new(InferStepTests.Model, [Teacher, Swift]);

        public ModelIdentity Model => _engine.Model;

        public IReadOnlyList<Mode> Modes => _engine.Modes;

        /// <summary>Stands between the engine and its sink.</summary>
        public Func<IRowSink, IRowSink> Between { get; init; } = sink => sink;

        public string CostNameOf(Mode mode) => mode.Name;

        public BatchOutcome Run(PackedTensors batch, Mode mode, IRowSink sink)
        {
            onBatch?.Invoke(mode, batch.Rows);
            onRun(mode);
            return _engine.Run(batch, mode, Between(sink));
        }

        public void Dispose() => _engine.Dispose();
    }

    /// <summary>Gives each row as the first.</summary>
    private sealed class FirstRowOnly(IRowSink sink) : IRowSink
    {
        public void Take(ReadOnlySpan<int> rows, ReadOnlySpan<float> logits, Provenance provenance)
        {
            int labels = logits.Length / rows.Length;
            for (int row = 0; row < rows.Length; row++) sink.Take([0], logits.Slice(row * labels, labels), provenance);
        }
    }
}

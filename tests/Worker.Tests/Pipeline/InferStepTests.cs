using System.Diagnostics;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Worker.InFlight;
using Sluice.Worker.Pipeline;

namespace Worker.Tests.Pipeline;

public sealed class InferStepTests
{
    private const int Labels = 3;
    private static readonly Mode Teacher = InferRig.Teacher, Swift = InferRig.Swift;
    private readonly InferRig _rig = new();

    [Fact]
    public void Labels_carry_the_mode_in_which_their_batch_was_run_though_it_changes_during_the_run()
    {
        List<Mode> ran = [];
        _rig.Add(5, 5, 9, 30);
        _rig.Run(new CalledEngine(mode =>
        {
            ran.Add(mode);
            _rig.Current.Set(mode == Teacher ? Swift : Teacher);
        }));
        Assert.Equal([Teacher, Swift, Teacher, Swift], ran); // nothing is known of the costs: one by one
        Assert.Equal(ran, _rig.Published.Select(label => label.Provenance.Mode));
    }

    [Fact]
    public void A_batch_is_planned_by_the_costs_of_the_mode_that_it_is_run_in()
    {
        _rig.Costs.TryAdd(new CostKey("swift", Precision.Int8, 1), InferRig.Known);
        List<(Mode, int)> ran = [];
        _rig.Add(7, 7, 7, 7);
        _rig.Run(new CalledEngine(mode => _rig.Current.Set(Swift), (mode, rows) => ran.Add((mode, rows))));
        Assert.Equal([(Teacher, 1), (Swift, 3)], ran); // of the teacher's nothing is known
    }

    [Fact]
    public void An_inference_thread_that_waits_runs_what_comes_in_the_mode_of_then()
    {
        using ConstantEngine engine = new(InferRig.Model, [Teacher, Swift]);
        InferStep step = _rig.Create(engine);
        Thread thread = new(() => InferRig.Run(step));
        thread.Start();
        SpinWait.SpinUntil(() => thread.ThreadState.HasFlag(System.Threading.ThreadState.WaitSleepJoin));
        _rig.Current.Set(Swift);
        _rig.Add(4);
        _rig.Batches.Complete();
        Assert.True(thread.Join(TimeSpan.FromSeconds(60)));
        Assert.Equal(Swift, Assert.Single(_rig.Published).Provenance.Mode);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void Rows_that_are_done_at_different_times_are_each_published_once_with_their_own_label(int rowsAtOnce)
    {
        _rig.KnowCosts();
        _rig.Add(5, 6, 7, 6, 5, 7, 6);
        using ConstantEngine engine = new(InferRig.Model, [Teacher, Swift], rowsAtOnce);
        _rig.Run(engine);
        Assert.Equal(7, _rig.Published.DistinctBy(label => label.Id).Count());
        Assert.Equal(7, _rig.Published.Count);
        Assert.All(_rig.Published, label => Assert.Equal(ConstantEngine.LabelOf(InferRig.TokensOf(label.Id), Labels), label.Label));
        Assert.Equal((7, 42), (_rig.Progress.Snapshot().Labelled, _rig.Progress.Snapshot().Tokens));
    }

    [Fact]
    public void An_engine_that_fails_fails_the_step_with_its_error_and_its_batch_has_no_label()
    {
        _rig.Add(5, 6);
        int runs = 0;
        Assert.Equal("broken", Assert.Throws<InvalidOperationException>(() => _rig.Run(new CalledEngine(_ =>
        {
            if (++runs == 2) throw new InvalidOperationException("broken");
        }))).Message);
        Assert.Single(_rig.Published);
        Assert.Single(_rig.Sent); // nothing that is labelled is held when the step ends
    }

    [Fact]
    public void An_engine_that_leaves_out_a_row_fails_the_step_for_its_document_would_never_be_done()
    {
        _rig.Add(5);
        Assert.Contains("gave 0 rows of 1", Assert.Throws<UnreachableException>(() =>
            _rig.Run(new CalledEngine(_ => { }) { Between = _ => DiscardedRows.Instance })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_engine_that_gives_a_row_twice_and_omits_another_fails_the_step_on_the_inference_thread()
    {
        _rig.KnowCosts();
        _rig.Add(5, 5);
        Assert.Contains("gave row 0 of 2 twice", Assert.Throws<UnreachableException>(() =>
            _rig.Run(new CalledEngine(_ => { }) { Between = sink => new FirstRowOnly(sink) })).Message, StringComparison.Ordinal);
        Assert.Single(_rig.Published);
    }

    [Fact]
    public void The_step_ends_when_no_batch_will_come_and_has_labelled_what_was_there()
    {
        _rig.Add(3, 4, 5);
        using ConstantEngine engine = new(InferRig.Model, [Teacher, Swift]);
        _rig.Run(engine);
        Assert.Equal(3, _rig.Published.Count);
    }

    [Fact]
    public void Labels_are_held_while_documents_wait_and_sent_when_none_does()
    {
        List<int> sent = [];
        _rig.Add(5, 6, 7); // nothing is known of the costs: one by one
        _rig.Run(new CalledEngine(_ => sent.Add(_rig.Sent.Count)));
        Assert.Equal([0, 0, 0], sent);
        Assert.Equal([0L, 1, 2], _rig.Sent.Select(label => label.Envelope.Source.Offset));
    }

    /// <summary>What is held may be of another thread, which has just given it.</summary>
    [Theory]
    [InlineData(15, 0)]
    [InlineData(25, 1)]
    public void Before_a_run_that_will_be_longer_than_labels_are_held_they_are_sent(int batchMs, int expected)
    {
        BatchCost cost = new(batchMs, RowMs: 0, TokenMs: 0, CellMs: 0, SquareMs: 0);
        _rig.Costs.TryAdd(new CostKey("teacher", Precision.Int8, 1), new CostSnapshot(cost, 0, 1000, IsTrusted: true));
        int sent = -1;
        _rig.Add(5);
        _rig.Held.Add(InferRig.LabelOf(new Envelope(default, null, [], null)));
        _rig.Run(new CalledEngine(_ => sent = _rig.Sent.Count));
        Assert.Equal((expected, 2), (sent, _rig.Sent.Count));
    }

    [Fact]
    public void An_inference_thread_that_waits_holds_nothing()
    {
        _rig.Add(5);
        InferStep step = _rig.Create(new CalledEngine(_ => { }));
        Thread thread = new(() => InferRig.Run(step));
        thread.Start();
        bool sent = SpinWait.SpinUntil(() => !_rig.Sent.IsEmpty, TimeSpan.FromSeconds(60)); // while it waits for a second one
        _rig.Batches.Complete();
        Assert.True(thread.Join(TimeSpan.FromSeconds(60)));
        Assert.True(sent);
    }

    /// <summary>Tells of each run before it gives the rows.</summary>
    private sealed class CalledEngine(Action<Mode> onRun, Action<Mode, int>? onBatch = null) : IEngine
    {
        private readonly ConstantEngine _engine = new(InferRig.Model, [Teacher, Swift]);

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

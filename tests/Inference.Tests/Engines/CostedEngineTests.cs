using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Warmup;

namespace Inference.Tests.Engines;

public sealed class CostedEngineTests
{
    private static readonly Mode Pair = Mode.Students(2, Precision.Int8);
    private static readonly BatchShape Shape = BatchShape.Lone(4);
    private readonly CostModel _costs = new();

    [Fact]
    public void A_batch_that_fewer_students_answered_than_were_asked_teaches_nothing()
    {
        Run(new BatchOutcome(new Provenance(Pair, StudentsUsed: 1)));
        Assert.Equal(0, _costs.Current.Batches);
        Run(new BatchOutcome(new Provenance(Pair, StudentsUsed: 2)));
        Run(new BatchOutcome(new Provenance(Mode.Teacher(Precision.Int8))));
        Run(new BatchOutcome(new Provenance(Mode.Swift(Precision.Int8))));
        Assert.Equal(3, _costs.Current.Batches);
    }

    [Fact]
    public void A_warm_up_learns_nothing_from_such_a_batch_either()
    {
        using StubEngine engine = new(new BatchOutcome(new Provenance(Pair, StudentsUsed: 1)));
        int run = CostWarmup.Give(_costs, engine, Pair, new BatchBudget(4, 64), new CostClock(new EngineOptions(), TimeProvider.System));
        Assert.True(run > 0);
        Assert.Equal(0, _costs.Current.Batches);
    }

    [Fact]
    public void What_helpers_spent_counts_as_much_as_what_the_caller_did()
    {
        CostedBatch ran = Run(new BatchOutcome(new Provenance(Pair, StudentsUsed: 2), HelpersCpuNs: 40_000_000));
        Assert.InRange(ran.MeasuredMs, 40, 60);
    }

    [Fact]
    public void With_threads_of_the_runtimes_own_the_time_that_passes_counts_and_nothing_else()
    {
        CostedBatch ran = Run(new BatchOutcome(new Provenance(Pair, StudentsUsed: 2), HelpersCpuNs: 40_000_000),
            new EngineOptions { IntraOpThreads = 2 });
        Assert.InRange(ran.MeasuredMs, 0, 39);
    }

    [Fact]
    public void What_is_done_with_rows_is_not_what_the_batch_costs()
    {
        MovedTime time = new();
        using ConstantEngine engine = new(new("tiny", "1.0.0", ["no", "yes"], 16), [Pair], rowsAtOnce: 1);
        using PackedBatch<int> batch = new(3, 16);
        for (int row = 0; row < 3; row++) batch.TryAdd(row, [2, 3]);
        batch.Seal();
        CostedBatch ran = new CostedEngine(engine, new CostClock(new EngineOptions { IntraOpThreads = 2 }, time), DeviceTurn.Alone)
            .Run(batch.Tensors, batch.Shape, Pair, new ThreadPace(_costs), new SlowSink(time));
        Assert.Equal(3 * SlowSink.Ms, time.Ms);
        Assert.InRange(ran.MeasuredMs, 0, 1);
    }

    private CostedBatch Run(BatchOutcome outcome, EngineOptions? options = null)
    {
        using StubEngine engine = new(outcome);
        return new CostedEngine(engine, new CostClock(options ?? new EngineOptions(), new StillTime()), DeviceTurn.Alone)
            .Run(default, Shape, outcome.Provenance.Mode, new ThreadPace(_costs), DiscardedRows.Instance);
    }

    private sealed class StubEngine(BatchOutcome outcome) : IEngine
    {
        public ModelIdentity Model { get; } = new("tiny", "1.0.0", ["no", "yes"], 16);

        public IReadOnlyList<Mode> Modes => [outcome.Provenance.Mode];

        public string CostNameOf(Mode mode) => mode.Name;

        public BatchOutcome Run(PackedTensors batch, Mode mode, IRowSink sink) => outcome;

        public void Dispose()
        {
        }
    }

    private sealed class SlowSink(MovedTime time) : IRowSink
    {
        public const long Ms = 500;

        public void Take(ReadOnlySpan<int> rows, ReadOnlySpan<float> logits, Provenance provenance) => time.Ms += Ms;
    }

    private sealed class MovedTime : TimeProvider
    {
        public long Ms { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Ms;
    }

    private sealed class StillTime : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }
}

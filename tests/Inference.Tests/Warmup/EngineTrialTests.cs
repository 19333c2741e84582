using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;
using Sluice.Inference.Warmup;

namespace Inference.Tests.Warmup;

/// <summary>Of several strategies to run a group the fastest stays, by the least of a few runs of each batch; the others go.</summary>
public sealed class EngineTrialTests
{
    private static readonly Mode Pair = Mode.Students(2, Precision.Fp32);
    private readonly Clock _clock = new();

    [Theory]
    [InlineData(3, 5, 0)]
    [InlineData(5, 3, 1)]
    [InlineData(4, 4, 0)]
    public void The_way_that_takes_least_time_stays_and_the_other_is_disposed(int oneMs, int otherMs, int fastest)
    {
        Trained[] strategies = [new(_clock, (_, rows) => oneMs + rows), new(_clock, (_, rows) => otherMs + rows)];
        Assert.Same(strategies[fastest], Fastest(strategies));
        Assert.Equal([fastest != 0, fastest != 1], strategies.Select(strategy => strategy.IsDisposed));
    }

    [Fact]
    public void A_first_run_that_prepares_and_a_disturbed_one_do_not_count()
    {
        Trained[] strategies = [new(_clock, (run, _) => (run % 4) is 0 or 2 ? 900 : 3), new(_clock, (_, _) => 4)];
        Assert.Same(strategies[0], Fastest(strategies));
    }

    [Fact]
    public void All_batches_count_not_the_last_alone()
    {
        Trained[] strategies = [new(_clock, (_, rows) => rows == 1 ? 9 : 1), new(_clock, (_, rows) => rows == 1 ? 1 : 3)];
        Assert.Same(strategies[1], Fastest(strategies));
    }

    [Fact]
    public void A_way_that_loses_students_is_not_taken_for_fast()
    {
        Trained[] strategies = [new(_clock, (_, _) => 1) { Used = 1 }, new(_clock, (_, _) => 50)];
        Assert.Same(strategies[1], Fastest(strategies));
    }

    [Fact]
    public void All_are_disposed_when_one_fails()
    {
        Trained[] strategies = [new(_clock, (_, _) => 1), new(_clock, (_, _) => throw new InvalidOperationException("no such kernel"))];
        Assert.Throws<InvalidOperationException>(() => Fastest(strategies));
        Assert.All(strategies, strategy => Assert.True(strategy.IsDisposed));
    }

    private IEngine Fastest(Trained[] strategies) =>
        EngineTrial.Fastest([.. strategies.Select(strategy => ("the test's own", (IEngine)strategy))], Pair,
            new CostClock(new EngineOptions { Provider = ExecutionProvider.Cuda }, _clock));

    /// <summary>Takes a time of the test's own for each run, by its number from 0 and the documents of the batch.</summary>
    private sealed class Trained(Clock clock, Func<int, int, int> milliseconds) : IEngine
    {
        private int _runs;

        public ModelIdentity Model { get; } = new("tiny", "1.0.0", ["no", "yes"], 32);

        public IReadOnlyList<Mode> Modes { get; } = [Pair];

        public string CostNameOf(Mode mode) => mode.Name;

        public int Used { get; init; } = 2;

        public bool IsDisposed { get; private set; }

        public BatchOutcome Run(PackedTensors batch, Mode mode, IRowSink sink)
        {
            Assert.Equal(Pair, mode);
            clock.Ms += milliseconds(_runs++, batch.Rows);
            return new BatchOutcome(new Provenance(mode, StudentsUsed: Used));
        }

        public void Dispose() => IsDisposed = true;
    }

    private sealed class Clock : TimeProvider
    {
        public long Ms { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Ms;
    }
}

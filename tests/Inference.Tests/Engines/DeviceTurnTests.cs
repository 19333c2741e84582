using Inference.Tests.Simulated;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Modes;

namespace Inference.Tests.Engines;

/// <summary>Runs of several inference threads on one GPU, and what each is seen to cost.</summary>
public sealed class DeviceTurnTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly double AloneMs = SimulatedGpuCost.Packed.Predict(BatchShape.Lone(100));

    private readonly SimulatedGpu _gpu = new(SimulatedGpuCost.Packed);
    private readonly CostClock _clock;
    private readonly DeviceTurn _turn = new(SimulatedGpu.Options);
    private readonly CostModel _costs = new();

    public DeviceTurnTests() => _clock = _gpu.Clock;

    /// <summary>While the first has its rows, and takes 50 ms over them, the second runs.</summary>
    [Fact]
    public async Task A_run_begins_when_the_one_before_it_has_given_its_last_row_and_is_measured_alone()
    {
        using SlowSink slow = new(this);
        Task<double> first = RunAsync(slow);
        Assert.True(slow.HasRows.Wait(Patience, TestContext.Current.CancellationToken));
        Assert.Equal(AloneMs, await RunAsync(DiscardedRows.Instance).WaitAsync(Patience, TestContext.Current.CancellationToken), 0.001);
        slow.GoOn.Set();
        await first.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal(2, _gpu.Runs.Count);
    }

    /// <summary>The first takes 70 ms more than it should; the second's run moves the clock only when the first was measured.</summary>
    [Fact]
    public async Task A_run_that_waits_for_its_turn_is_not_charged_for_the_wait()
    {
        using ManualResetEventSlim isRunning = new(), goOn = new();
        using SimulatedGpu held = new(SimulatedGpuCost.Packed)
        {
            Fault = _ =>
            {
                isRunning.Set();
                Assert.True(goOn.Wait(Patience));
                return null;
            },
        };
        Task<double> first = RunAsync(DiscardedRows.Instance, engine: held);
        Assert.True(isRunning.Wait(Patience, TestContext.Current.CancellationToken));
        TaskCompletionSource<Thread> begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<double> second = RunAsync(DiscardedRows.Instance, begun);
        Thread waiting = await begun.Task;
        Assert.True(SpinWait.SpinUntil(() => waiting.ThreadState.HasFlag(ThreadState.WaitSleepJoin), Patience));
        _gpu.Time.Advance(TimeSpan.FromMilliseconds(70));
        Assert.Empty(_gpu.Runs);
        using ManualResetEventSlim isMeasured = new();
        _gpu.Fault = _ => isMeasured.Wait(Patience) ? null : new TimeoutException();
        goOn.Set();
        Assert.Equal(70, await first.WaitAsync(Patience, TestContext.Current.CancellationToken), 0.001); // its own clock is another
        isMeasured.Set();
        Assert.Equal(AloneMs, await second.WaitAsync(Patience, TestContext.Current.CancellationToken), 0.001);
    }

    [Fact]
    public async Task A_run_that_fails_lets_the_next_one_begin()
    {
        using SimulatedGpu broken = new(SimulatedGpuCost.Packed) { Fault = _ => new InvalidOperationException("broken") };
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(DiscardedRows.Instance, engine: broken));
        Assert.Equal(AloneMs, await RunAsync(DiscardedRows.Instance).WaitAsync(Patience, TestContext.Current.CancellationToken), 0.001);
    }

    [Fact]
    public async Task On_a_CPU_nobody_waits()
    {
        DeviceTurn turn = new(new EngineOptions());
        turn.Take();
        await Task.Factory.StartNew(turn.Take, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning,
            TaskScheduler.Default).WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    public void Dispose() => _gpu.Dispose();

    private Task<double> RunAsync(IRowSink sink, TaskCompletionSource<Thread>? begun = null, IEngine? engine = null) =>
        Task.Factory.StartNew(
            () =>
            {
                using PackedBatch<int> batch = new(1, 100);
                batch.TryAdd(0, new int[100]);
                batch.Seal();
                CostedEngine costed = new(engine ?? _gpu, _clock, _turn);
                begun?.SetResult(Thread.CurrentThread);
                return costed.Run(batch.Tensors, batch.Shape, _gpu.Modes[0], new ThreadPace(_costs), sink).MeasuredMs;
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private sealed class SlowSink(DeviceTurnTests test) : IRowSink, IDisposable
    {
        public ManualResetEventSlim HasRows { get; } = new();

        public ManualResetEventSlim GoOn { get; } = new();

        public void Take(ReadOnlySpan<int> rows, ReadOnlySpan<float> logits, Provenance provenance)
        {
            HasRows.Set();
            Assert.True(GoOn.Wait(Patience));
            test._gpu.Time.Advance(TimeSpan.FromMilliseconds(50));
        }

        public void Dispose()
        {
            HasRows.Dispose();
            GoOn.Dispose();
        }
    }
}

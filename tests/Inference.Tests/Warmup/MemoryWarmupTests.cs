using System.Collections.Concurrent;
using Microsoft.ML.OnnxRuntime;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;
using Sluice.Inference.Warmup;

namespace Inference.Tests.Warmup;

public sealed class MemoryWarmupTests
{
    private const int Threads = 3, Alone = 3, Vocabulary = 1000, Longest = 16;
    private static readonly BatchBudget Budget = new(8, 32);
    private static readonly EngineOptions Gpu = new() { Provider = ExecutionProvider.Cuda };

    [Fact]
    public async Task Every_inference_thread_runs_each_of_the_heaviest_batches_once_after_they_were_run_alone()
    {
        using Recorder engine = new();
        Assert.All(await PlayAsync(engine), Assert.True);
        (int, int)[] heaviest = [(2, 16), (8, 4)];
        Assert.Equal([.. heaviest, heaviest[0]], engine.Runs.Take(Alone).Select(run => (run.Rows, run.Longest)));
        var byThread = engine.Runs.Skip(Alone).GroupBy(run => run.Thread).Select(runs =>
            runs.Select(run => (run.Rows, run.Longest)).ToArray()).ToList();
        Assert.Equal([heaviest, heaviest, heaviest], byThread);
    }

    [Fact]
    public async Task Each_mode_is_warmed_and_of_a_group_the_most_students()
    {
        Mode teacher = Mode.Teacher(Precision.Int8), first = Mode.Students(1, Precision.Int8), pair = Mode.Students(2, Precision.Int8);
        using Recorder engine = new() { Modes = [first, teacher, pair] };
        Assert.All(await PlayAsync(engine), Assert.True);
        Assert.Equal([first, first, teacher, teacher, pair, teacher], engine.InModes.Take(6)); // the first student alone, then all
        Assert.Equal(Enumerable.Repeat(pair, 2 * Threads).Concat(Enumerable.Repeat(teacher, 2 * Threads)), engine.InModes.Skip(6));
    }

    [Fact]
    public async Task All_inference_threads_run_at_once()
    {
        using Barrier everyone = new(Threads);
        using Recorder engine = new()
        {
            OnRun = run =>
            {
                if (run > Alone)
                    Assert.True(everyone.SignalAndWait(TimeSpan.FromSeconds(60)));
            }
        };
        Assert.All(await PlayAsync(engine), Assert.True);
    }

    [Fact]
    public async Task On_a_GPU_inference_threads_run_one_after_another()
    {
        int running = 0, most = 0;
        using Recorder engine = new()
        {
            OnRun = _ =>
            {
                most = int.Max(most, Interlocked.Increment(ref running));
                Thread.Yield();
                Interlocked.Decrement(ref running);
            }
        };
        Assert.All(await PlayAsync(engine, Gpu), Assert.True);
        Assert.Equal((1, Alone + (2 * Threads)), (most, engine.Runs.Count));
    }

    [Fact]
    public async Task On_a_GPU_a_run_waits_for_its_turn()
    {
        DeviceTurn turn = new(Gpu);
        using Recorder engine = new();
        using MemoryWarmup warmup = new(engine, engine.Modes, Vocabulary, Budget, threads: 1, Gpu, turn);
        turn.Take();
        Thread joining = new(() =>
        {
            using PackedBatch<int> batch = new(Budget);
            warmup.Join(batch, CancellationToken.None);
        });
        joining.Start();
        Assert.True(SpinWait.SpinUntil(() => (joining.ThreadState & (ThreadState.WaitSleepJoin | ThreadState.Stopped)) != 0,
            TimeSpan.FromSeconds(60)));
        Assert.Empty(engine.Runs);
        turn.End();
        await warmup.Done.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal(2, engine.Runs.Count);
        joining.Join();
    }

    [Fact]
    public async Task Its_documents_are_spread_over_the_whole_vocabulary()
    {
        using Recorder engine = new();
        await PlayAsync(engine);
        int[] ids = [.. engine.Ids.Order()];
        Assert.Equal(0, ids[0]);
        Assert.InRange(ids[^1], Vocabulary - (Vocabulary / 32), Vocabulary - 1);
        Assert.All(ids.Zip(ids.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 0, Vocabulary / 32 / 2));
    }

    [Fact]
    public void A_run_that_fails_alone_ends_the_preparation()
    {
        using Recorder engine = new() { OnRun = run => { if (run == 2) throw new InvalidOperationException("no room"); } };
        using MemoryWarmup warmup = new(engine, engine.Modes, Vocabulary, Budget, Threads, new EngineOptions(), DeviceTurn.Alone);
        Assert.Equal("no room", Assert.Throws<InvalidOperationException>(warmup.Prepare).Message);
    }

    [Fact]
    public void A_student_that_fails_ends_the_start_by_name_and_one_that_is_late_does_not()
    {
        Exception missing = new TimeoutException("slow");
        using Recorder engine = new() { Missing = () => missing };
        using MemoryWarmup warmup = new(engine, engine.Modes, Vocabulary, Budget, Threads, new EngineOptions(), DeviceTurn.Alone);
        warmup.Prepare();
        missing = new InvalidOperationException("broken");
        Assert.Equal("Student 2 of 3 fails before the first document: broken",
            Assert.Throws<StudentWarmupException>(warmup.Prepare).Message);
    }

    [Fact]
    public async Task Who_waits_for_an_inference_thread_that_never_comes_can_be_stopped()
    {
        using Recorder engine = new();
        using MemoryWarmup warmup = new(engine, engine.Modes, Vocabulary, Budget, Threads, new EngineOptions(), DeviceTurn.Alone);
        using CancellationTokenSource stop = new();
        using PackedBatch<int> batch = new(Budget);
        Task waiting = Task.Factory.StartNew(() => warmup.Join(batch, stop.Token),
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Assert.False(warmup.Done.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.True(warmup.Done.IsCanceled);
    }

    [Fact]
    public async Task When_one_run_fails_all_inference_threads_are_sent_home_and_it_is_told_why()
    {
        using Recorder engine = new() { OnRun = run => { if (run == 2) throw new InvalidOperationException("no room"); } };
        using MemoryWarmup warmup = new(engine, engine.Modes, Vocabulary, Budget, Threads, new EngineOptions(), DeviceTurn.Alone);
        Assert.All(await PlayAsync(warmup), Assert.False);
        Assert.Equal("no room", (await Assert.ThrowsAsync<InvalidOperationException>(() => warmup.Done)).Message);
    }

    [Fact]
    public async Task The_inference_threads_batches_come_back_empty()
    {
        using Recorder engine = new();
        using MemoryWarmup warmup = new(engine, engine.Modes, Vocabulary, Budget, threads: 1, new EngineOptions(), DeviceTurn.Alone);
        using PackedBatch<string> batch = new(Budget);
        Assert.True(warmup.Join(batch, CancellationToken.None));
        await warmup.Done;
        Assert.Equal(0, batch.Rows);
    }

    [Theory]
    [InlineData(0, 1 << 20, null)]
    [InlineData(1 << 20, 1 << 20, null)]
    [InlineData(1000, 1 << 20,
        "Sluice:Engine:ArenaMaxBytes is 1000 bytes, but the arena's first step took 1048576 already. "
            + "Start once with 0, which is no bound, and set as many bytes as the start's log then says that the arena took, "
            + "or more; or lower Sluice:Batching:MaxTokens or Sluice:Pipeline:InferenceCallers.")]
    public void An_arena_that_went_beyond_its_bound_is_refused_by_name_with_what_it_took(long bound, long took, string? refusal) =>
        Assert.Equal(refusal, ArenaLimit.Refusal(new EngineOptions { ArenaMaxBytes = bound }, took)?.Message);

    [Fact]
    public void Only_the_bounded_arenas_own_refusal_is_blamed_on_its_setting()
    {
        OnnxRuntimeException refusal =
            PackageFailure.Of<OnnxRuntimeException>("Available memory of 1024 is smaller than requested bytes of 4096");
        OnnxRuntimeException other = PackageFailure.Of<OnnxRuntimeException>("Load model failed");
        EngineOptions bounded = new() { ArenaMaxBytes = 2048 };
        ArenaLimitException told = Assert.Throws<ArenaLimitException>(() => ArenaLimit.Within<int>(bounded, () => throw refusal));
        Assert.StartsWith("Sluice:Engine:ArenaMaxBytes is 2048 bytes, and within it the model does not run: ",
            told.Message, StringComparison.Ordinal);
        Assert.Contains("Available memory of 1024", told.Message, StringComparison.Ordinal);
        Assert.Same(other, Assert.Throws<OnnxRuntimeException>(() => ArenaLimit.Within<int>(bounded, () => throw other)));
        Assert.Same(refusal, Assert.Throws<OnnxRuntimeException>(() => ArenaLimit.Within<int>(new EngineOptions(), () => throw refusal)));
    }

    [Theory]
    [InlineData(0, 2, 8, 2)] // the teacher: nobody helps
    [InlineData(1, 2, 8, 2)]
    [InlineData(3, 2, 8, 6)] // two inference threads with three students each
    [InlineData(3, 4, 8, 8)] // never more than the cores
    [InlineData(3, 12, 8, 12)] // unless there are more inference threads
    public void Runs_at_once_are_one_an_inference_thread_and_those_of_helpers(int students, int threads, int cores, int runs) =>
        Assert.Equal(runs, MemoryWarmup.RunsAtOnce(students, threads, threads: 1, cores));

    private static async Task<bool[]> PlayAsync(Recorder engine, EngineOptions? options = null)
    {
        options ??= new EngineOptions();
        using MemoryWarmup warmup = new(engine, engine.Modes, Vocabulary, Budget, Threads, options, new DeviceTurn(options));
        warmup.Prepare();
        bool[] joined = await PlayAsync(warmup);
        await warmup.Done;
        return joined;
    }

    private static Task<bool[]> PlayAsync(MemoryWarmup warmup) =>
        Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Factory.StartNew(
        () =>
        {
            using PackedBatch<int> batch = new(Budget);
            return warmup.Join(batch, CancellationToken.None);
        },
        TaskCreationOptions.LongRunning))).WaitAsync(TimeSpan.FromSeconds(60));

    private sealed class Recorder : IEngine
    {
        private int _runs;

        public ConcurrentQueue<(int Thread, int Rows, int Longest)> Runs { get; } = [];

        public ConcurrentQueue<int> Ids { get; } = [];

        public ConcurrentQueue<Mode> InModes { get; } = [];

        /// <summary>Called with the run's number, from 1.</summary>
        public Action<int> OnRun { get; init; } = _ => { };

        /// <summary>Why the second of three students does not come through; null when all do.</summary>
        public Func<Exception?> Missing { get; init; } = () => null;

        public ModelIdentity Model { get; } = new("tiny", "1.0.0", ["no", "yes"], Longest);

        public IReadOnlyList<Mode> Modes { get; init; } = [Mode.Teacher(Precision.Int8)];

        public string CostNameOf(Mode mode) => mode.Name;

        public BatchOutcome Run(PackedTensors batch, Mode mode, IRowSink sink)
        {
            Runs.Enqueue((Environment.CurrentManagedThreadId, batch.Rows, batch.MaxLength));
            foreach (int id in batch.Ids) Ids.Enqueue(id);
            InModes.Enqueue(mode);
            OnRun(Interlocked.Increment(ref _runs));
            return Missing() is { } missing
                ? new BatchOutcome(new Provenance(Mode.Students(3, Precision.Int8), StudentsUsed: 1), Missing: missing)
                    : new BatchOutcome(new Provenance(mode));
        }

        public void Dispose()
        {
        }
    }
}

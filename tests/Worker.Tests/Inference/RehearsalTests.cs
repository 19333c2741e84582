using System.Collections.Concurrent;
using Sluice.Worker.Batching;
using Sluice.Worker.Control;
using Sluice.Worker.Inference;

namespace Worker.Tests.Inference;

public sealed class RehearsalTests
{
    private const int Callers = 3, Alone = 3, Vocabulary = 1000, Longest = 16;
    private static readonly BatchBudget Budget = new(8, 32);

    [Fact]
    public async Task Every_caller_runs_each_of_the_heaviest_batches_once_beside_what_the_first_runs_alone()
    {
        using Recorder engine = new();
        Assert.All(await PlayAsync(engine), Assert.True);
        var byThread = engine.Runs.GroupBy(run => run.Thread).Select(runs => runs.Select(run => (run.Rows, run.Longest)).ToArray()).OrderBy(runs => runs.Length).ToList();
        (int, int)[] heaviest = [(2, 16), (8, 4)];
        Assert.Equal([heaviest, heaviest, [.. heaviest, heaviest[0], .. heaviest]], byThread);
    }

    [Fact]
    public async Task All_callers_run_at_once()
    {
        using Barrier everyone = new(Callers);
        using Recorder engine = new() { OnRun = run => { if (run > Alone) Assert.True(everyone.SignalAndWait(TimeSpan.FromSeconds(60))); } };
        Assert.All(await PlayAsync(engine), Assert.True);
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

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public async Task When_one_run_fails_all_callers_are_sent_home_and_it_is_told_why(int failing)
    {
        using Recorder engine = new() { OnRun = run => { if (run == failing) throw new InvalidOperationException("no room"); } };
        using Rehearsal rehearsal = new(engine, Vocabulary, Budget, Callers, new EngineOptions());
        Assert.All(await PlayAsync(rehearsal), Assert.False);
        Assert.Equal("no room", (await Assert.ThrowsAsync<InvalidOperationException>(() => rehearsal.Done)).Message);
    }

    [Fact]
    public async Task The_callers_batches_come_back_empty()
    {
        using Recorder engine = new();
        using Rehearsal rehearsal = new(engine, Vocabulary, Budget, callers: 1, new EngineOptions());
        using PackedBatch<string> batch = new(Budget);
        Assert.True(rehearsal.Join(batch, new float[2 * Budget.MaxRows]));
        await rehearsal.Done;
        Assert.Equal(0, batch.Rows);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1300, null)]
    [InlineData(1299, "Sluice:Engine:ArenaMaxBytes is 1299, but 3 runs at once of 32 tokens need 400 each, and weights 100; raise it to 1300 or more, set it to 0 for no bound, or lower Sluice:Batching:MaxTokens or Sluice:Pipeline:InferenceCallers.")]
    public void An_arena_that_the_heaviest_runs_do_not_fit_into_is_refused_by_name_with_what_is_needed(long limit, string? refusal) =>
        Assert.Equal(refusal, ArenaLimit.Refusal(limit, weights: 100, run: 400, runsAtOnce: 3, Budget));

    private static async Task<bool[]> PlayAsync(Recorder engine)
    {
        using Rehearsal rehearsal = new(engine, Vocabulary, Budget, Callers, new EngineOptions());
        bool[] joined = await PlayAsync(rehearsal);
        await rehearsal.Done;
        return joined;
    }

    private static Task<bool[]> PlayAsync(Rehearsal rehearsal) => Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Factory.StartNew(
        () =>
        {
            using PackedBatch<int> batch = new(Budget);
            return rehearsal.Join(batch, new float[2 * Budget.MaxRows]);
        },
        TaskCreationOptions.LongRunning))).WaitAsync(TimeSpan.FromSeconds(60));

    private sealed class Recorder : IEngine
    {
        private int _runs;

        public ConcurrentQueue<(int Thread, int Rows, int Longest)> Runs { get; } = [];

        public ConcurrentQueue<int> Ids { get; } = [];

        /// <summary>Called with the run's number, from 1.</summary>
        public Action<int> OnRun { get; init; } = _ => { };

        public ModelIdentity Model { get; } = new("tiny", "1.0.0", ["no", "yes"], Longest);

        public Mode Mode { get; } = Mode.Teacher(Precision.Int8);

        public BatchOutcome Run(PackedTensors batch, Span<float> logits)
        {
            Assert.Equal(2 * batch.Rows, logits.Length);
            Runs.Enqueue((Environment.CurrentManagedThreadId, batch.Rows, batch.MaxLength));
            foreach (int id in batch.Ids) Ids.Enqueue(id);
            OnRun(Interlocked.Increment(ref _runs));
            return new BatchOutcome(new BatchProvenance(Mode));
        }

        public void Dispose()
        {
        }
    }
}

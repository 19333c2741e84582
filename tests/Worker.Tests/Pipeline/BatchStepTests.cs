using Sluice.Inference.Batching;
using Sluice.Inference.Tokenization;
using Sluice.Worker.Configuration;
using Sluice.Worker.InFlight;
using Sluice.Worker.Pipeline;

namespace Worker.Tests.Pipeline;

public sealed class BatchStepTests
{
    private static readonly SourcePartition Partition = new("documents", 0);
    private static readonly CostModel Known = new(new CostSnapshot(new BatchCost(BatchMs: 1, RowMs: 0.01, TokenMs: 0.01, CellMs: 1e-4,
        SquareMs: 0), MeanError: 0.01, Batches: 1000, IsTrusted: true));
    private InFlightRecords _records = new(new InFlightLimits(4096, 131_072, 1 << 26), TimeProvider.System) { MaxTokensPerDocument = 512 };
    private long _offset;

    [Fact]
    public void The_oldest_document_is_in_the_next_batch_with_mates_of_its_length()
    {
        BatchStep step = Create();
        foreach (int tokens in new[] { 7, 30, 7, 31, 7 }) step.Add(ItemOf(tokens));
        Assert.Equal("7 7 7", Fill(step, maxTokens: 64));
        Assert.Equal("30 31", Fill(step, maxTokens: 64));
    }

    [Fact]
    public void A_mode_of_which_nothing_is_known_runs_documents_one_by_one()
    {
        BatchStep step = Create();
        foreach (int tokens in new[] { 10, 10, 3 }) step.Add(ItemOf(tokens));
        Assert.Equal("10", Fill(step, maxTokens: 32, new CostModel()));
        Assert.Equal("10", Fill(step, maxTokens: 32, new CostModel()));
        Assert.Equal("3", Fill(step, maxTokens: 32, new CostModel()));
    }

    [Fact]
    public void A_short_document_beside_a_long_one_counts_as_long()
    {
        BatchStep step = Create(maxTokens: 32);
        foreach (int tokens in new[] { 5, 20, 3 }) step.Add(ItemOf(tokens));
        Assert.Equal("3 5", Fill(step, maxTokens: 32));
        Assert.Equal("20", Fill(step, maxTokens: 32));
    }

    /// <summary>Asked while another that asked is idle too. On two cores each gets a half.</summary>
    [Theory]
    [InlineData(false, "8 8")]
    [InlineData(true, "8 8 8 8")]
    public void What_waits_is_spread_over_two_idle_threads_unless_batches_run_one_after_another(bool isOnGpu, string taken)
    {
        BatchStep step = Create(bounds: new PipelineOptions { IsOnGpu = isOnGpu, InferenceCallers = 2 });
        for (int i = 0; i < 4; i++) step.Add(ItemOf(8));
        string? second = null;
        using PackedBatch<WorkItem> batch = new(maxRows: 4, maxTokens: 64);
        Assert.True(step.TryFill(batch, _ =>
        {
            second = Fill(step, maxTokens: 64);
            step.Add(ItemOf(3)); // for the first, should nothing be left
            return Known.Current;
        }));
        Assert.Equal(taken, second);
    }

    [Fact]
    public void A_batch_holds_no_more_documents_than_rows()
    {
        BatchStep step = Create();
        for (int i = 0; i < 5; i++) step.Add(ItemOf(2));
        Assert.Equal(["2", "2 2 2 2"], new[] { Fill(step, maxTokens: 64), Fill(step, maxTokens: 64) }.Order());
    }

    [Fact]
    public async Task An_idle_inference_thread_gets_the_first_document_at_once()
    {
        BatchStep step = Create();
        Task<string?> waiting = Task.Run(() => Fill(step, maxTokens: 32));
        step.Add(ItemOf(7));
        Assert.Equal("7", await waiting);
    }

    [Fact]
    public void Documents_of_a_partition_that_was_taken_away_are_dropped_and_their_room_is_free()
    {
        BatchStep step = Create();
        step.Add(ItemOf(10));
        _records.Close(Partition);
        step.Add(ItemOf(4));
        Assert.Equal("4", Fill(step, maxTokens: 32));
        Assert.Equal((1, 4), (_records.Documents, _records.Tokens));
        Assert.Equal(1, _records.Counts.Dropped);
    }

    [Fact]
    public async Task Completing_lets_the_inference_threads_empty_it_and_then_go()
    {
        BatchStep step = Create();
        step.Add(ItemOf(3));
        step.Complete();
        Assert.Equal("3", Fill(step, maxTokens: 32));
        Assert.Null(await Task.Run(() => Fill(step, maxTokens: 32)));
    }

    [Fact]
    public void Abandoning_throws_away_what_is_there()
    {
        BatchStep step = Create();
        step.Add(ItemOf(3));
        Assert.Equal(1, step.Abandon());
        Assert.Null(Fill(step, maxTokens: 32));
        Assert.Equal((0, 0), (_records.Documents, _records.Tokens));
    }

    [Theory]
    [InlineData(2, 512)]
    [InlineData(4096, 20)]
    public async Task A_decode_worker_that_finds_as_much_waiting_as_may_be_goes_on_when_a_batch_is_taken(int documents, int tokens)
    {
        BatchStep step = Create(bounds: new PipelineOptions { MaxDocumentsInFlight = documents, MaxTokensInFlight = tokens });
        step.Add(ItemOf(10));
        step.Add(ItemOf(10));
        TaskCompletionSource begun = new();
        Task adding = Task.Run(() =>
        {
            begun.SetResult();
            step.Add(ItemOf(9));
        });
        await begun.Task;
        Assert.Equal("10 10", Fill(step, maxTokens: 64));
        await adding;
        Assert.Equal("9", Fill(step, maxTokens: 64));
    }

    [Fact]
    public async Task Abandoning_lets_a_waiting_decode_worker_go_and_frees_its_document()
    {
        BatchStep step = Create(bounds: new PipelineOptions { MaxDocumentsInFlight = 1 });
        step.Add(ItemOf(3));
        Task adding = Task.Run(() => step.Add(ItemOf(3)));
        step.Abandon();
        await adding;
        Assert.Equal((0, 0), (_records.Documents, _records.Tokens));
    }

    [Fact]
    public void Dropping_a_document_lets_the_next_of_its_key_go_on()
    {
        _records = new(new InFlightLimits(4096, 131_072, 1 << 26, KeepKeyOrder: true), TimeProvider.System) { MaxTokensPerDocument = 512 };
        BatchStep step = Create();
        WorkItem item = ItemOf(3, key: [7]);
        Enter(key: [7]);
        Assert.Equal(0, _records.ToDecode.Count);
        step.Add(item);
        step.Abandon();
        Assert.Equal(1, _records.ToDecode.Count);
    }

    [Fact]
    public void Who_does_not_wait_gets_what_is_there_and_else_nothing()
    {
        BatchStep step = Create();
        using PackedBatch<WorkItem> batch = new(maxRows: 4, maxTokens: 64);
        Assert.False(step.TryFillNow(batch, _ => Known.Current));
        step.Add(ItemOf(7));
        Assert.True(step.TryFillNow(batch, _ => Known.Current));
        Assert.Equal(7, Assert.Single(batch.Items.ToArray()).Tokens);
    }

    private BatchStep Create(int maxTokens = 64, PipelineOptions? bounds = null) => new(longest: 32, new BatchBudget(4, maxTokens),
        TimeSpan.FromMinutes(1), bounds ?? new PipelineOptions(), _records, TimeProvider.System, modes: 1);

    private WorkItem ItemOf(int tokens, byte[]? key = null)
    {
        Enter(key);
        Assert.True(_records.ToDecode.TryRead(out SourceRecord record));
        _records.Tokenized(record.Envelope, tokens);
        return new WorkItem(record.Envelope, "d", new int[tokens], new TokenCount(tokens, false));
    }

    private void Enter(byte[]? key) => _records.Enter(new InboundRecord(Partition, _offset++, key, new byte[100], [], null));

    /// <summary>The tokens of each row; null when no batch will come.</summary>
    private static string? Fill(BatchStep step, int maxTokens, CostModel? costs = null)
    {
        using PackedBatch<WorkItem> batch = new(maxRows: 4, maxTokens);
        ThreadPace pace = new(costs ?? Known);
        return step.TryFill(batch, _ => pace.Current) ? string.Join(' ', batch.Items.ToArray().Select(i => i.Tokens)) : null;
    }
}

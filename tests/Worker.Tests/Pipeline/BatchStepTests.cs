using Sluice.Worker.Batching;
using Sluice.Worker.Kafka;
using Sluice.Worker.Offsets;
using Sluice.Worker.Pipeline;
using Sluice.Worker.Tokenization;

namespace Worker.Tests.Pipeline;

public sealed class BatchStepTests
{
    private static readonly SourcePartition Partition = new("documents", 0);
    private readonly OffsetTracker _tracker = new();
    private readonly PipelineLoad _load = new(new PipelineOptions(), maxTokensPerDocument: 512);
    private readonly PipelineProgress _progress = new();

    [Fact]
    public void A_batch_is_what_is_there_in_order_of_arrival_up_to_its_budget()
    {
        BatchStep step = Create();
        foreach (int tokens in new[] { 10, 16, 5, 3 }) step.Add(ItemOf(tokens));
        Assert.Equal("10 16", Fill(step, maxTokens: 32));
        Assert.Equal("5 3", Fill(step, maxTokens: 32));
    }

    [Fact]
    public void A_short_document_beside_a_long_one_counts_as_long()
    {
        BatchStep step = Create();
        foreach (int tokens in new[] { 5, 20, 3 }) step.Add(ItemOf(tokens));
        Assert.Equal("5", Fill(step, maxTokens: 32));
        Assert.Equal("20", Fill(step, maxTokens: 32));
        Assert.Equal("3", Fill(step, maxTokens: 32));
    }

    [Fact]
    public void A_batch_holds_no_more_documents_than_rows()
    {
        BatchStep step = Create();
        for (int i = 0; i < 5; i++) step.Add(ItemOf(2));
        Assert.Equal("2 2 2 2", Fill(step, maxTokens: 100));
        Assert.Equal("2", Fill(step, maxTokens: 100));
    }

    [Fact]
    public async Task An_idle_caller_gets_the_first_document_at_once()
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
        _tracker.Close(Partition);
        step.Add(ItemOf(4));
        Assert.Equal("4", Fill(step, maxTokens: 32));
        Assert.Equal((1, 4), (_load.Documents, _load.Tokens));
        Assert.Equal(1, _progress.Snapshot().Dropped);
    }

    [Fact]
    public async Task Completing_lets_the_callers_empty_it_and_then_go()
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
        step.Abandon();
        Assert.Null(Fill(step, maxTokens: 32));
        Assert.Equal((0, 0), (_load.Documents, _load.Tokens));
    }

    private BatchStep Create() => new(_tracker, _load, _progress);

    private WorkItem ItemOf(int tokens)
    {
        SourceOffset source = _tracker.Begin(Partition, _progress.Snapshot().Consumed);
        _progress.Consumed();
        int held = _load.Enter(100);
        _load.Tokenized(100, held, tokens);
        return new WorkItem(new SourceRecord(source, null, [], null, null, held), "d", new int[tokens], new TokenCount(tokens, false));
    }

    /// <summary>The tokens of each row; null when no batch will come.</summary>
    private static string? Fill(BatchStep step, int maxTokens)
    {
        using PackedBatch<WorkItem> batch = new(maxRows: 4, maxTokens);
        return step.TryFill(batch) ? string.Join(' ', batch.Items.ToArray().Select(i => i.Tokens)) : null;
    }
}

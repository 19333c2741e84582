using Sluice.Inference.Batching;

namespace Inference.Tests.Batching;

public sealed class PackedBatchTests
{
    [Fact]
    public void Lays_documents_one_after_another_and_pads_only_the_attention_view()
    {
        using PackedBatch<string> batch = Create(["a", "b"], [[101, 7, 102], [101, 102]]);

        PackedTensors tensors = batch.Tensors;
        Assert.Equal([101, 7, 102, 101, 102], tensors.Ids);
        Assert.Equal([0, 1, 2, 0, 1], tensors.Positions);
        Assert.Equal([0, 1, 2, 3, 4, 0], tensors.Gather);
        Assert.Equal([0, 1, 2, 3, 4], tensors.Scatter);
        Assert.Equal([3, 2], tensors.Lengths);
        Assert.Equal([0, 3], tensors.Cls);
        Assert.Equal((2, 5, 3), (tensors.Rows, tensors.Tokens, tensors.MaxLength));
        Assert.Equal(["a", "b"], batch.Items);
    }

    [Fact]
    public void Places_after_a_short_document_are_skipped_in_the_scatter_table()
    {
        using PackedBatch<string> batch = Create(["a", "b"], [[101, 102], [101, 7, 102]]);

        Assert.Equal([0, 1, 0, 2, 3, 4], batch.Tensors.Gather);
        Assert.Equal([0, 1, 3, 4, 5], batch.Tensors.Scatter);
    }

    [Fact]
    public void A_document_that_does_not_fit_any_more_is_refused_and_changes_nothing()
    {
        using var batch = new PackedBatch<string>(new BatchBudget(MaxRows: 2, MaxTokens: 5));
        Assert.True(batch.TryAdd("a", [1, 2, 3]));

        Assert.False(batch.TryAdd("too many tokens", [1, 2, 3]));
        Assert.True(batch.TryAdd("b", [1, 2]));
        Assert.False(batch.TryAdd("too many rows", [1]));

        Assert.Equal((2, 5), (batch.Rows, batch.Tokens));
        Assert.Equal(["a", "b"], batch.Items);
    }

    [Fact]
    public void A_document_that_no_batch_could_take_is_an_error_that_names_both_sizes()
    {
        using var batch = new PackedBatch<string>(maxRows: 4, maxTokens: 3);

        var error = Assert.Throws<ArgumentException>(() => batch.TryAdd("a", [1, 2, 3, 4]));

        Assert.Contains("4 tokens", error.Message, StringComparison.Ordinal);
        Assert.Contains("holds 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_document_without_tokens_is_an_error()
    {
        using var batch = new PackedBatch<string>(maxRows: 4, maxTokens: 3);
        Assert.Throws<ArgumentException>(() => batch.TryAdd("a", []));
    }

    [Fact]
    public void An_open_batch_has_no_tensors_and_a_sealed_one_takes_no_documents()
    {
        using var batch = new PackedBatch<string>(maxRows: 4, maxTokens: 3);
        batch.TryAdd("a", [1]);
        Assert.Throws<InvalidOperationException>(() => batch.Tensors.Rows);

        batch.Seal();

        Assert.Throws<InvalidOperationException>(() => batch.TryAdd("b", [1]));
    }

    [Fact]
    public void An_empty_batch_has_no_tensors()
    {
        using var batch = new PackedBatch<string>(maxRows: 4, maxTokens: 3);
        batch.Seal();
        Assert.Throws<InvalidOperationException>(() => batch.Tensors.Rows);
    }

    [Fact]
    public void Clearing_lets_go_of_the_items_and_starts_again()
    {
        using PackedBatch<string> batch = Create(["a", "b"], [[1, 2, 3], [1, 2]]);
        batch.Clear();

        batch.TryAdd("c", [9]);
        batch.Seal();

        Assert.Equal(["c"], batch.Items);
        Assert.Equal([9], batch.Tensors.Ids);
        Assert.Equal([0], batch.Tensors.Gather);
    }

    [Fact]
    public void A_disposed_batch_refuses_documents()
    {
        var batch = new PackedBatch<string>(maxRows: 1, maxTokens: 1);
        batch.Dispose();
        Assert.Throws<ObjectDisposedException>(() => batch.TryAdd("a", [1]));
    }

    [Fact]
    public void A_batch_that_is_used_again_allocates_nothing()
    {
        using var batch = new PackedBatch<int>(maxRows: 8, maxTokens: 64);
        int[] ids = [1, 2, 3, 4, 5, 6, 7];
        Fill(batch, ids);

        Assert.Equal(0, Allocations.Of(() =>
        {
            for (int round = 0; round < 100; round++)
                Fill(batch, ids);
        }));
    }

    private static void Fill(PackedBatch<int> batch, int[] ids)
    {
        batch.Clear();
        for (int length = 1; length <= ids.Length; length++)
            batch.TryAdd(length, ids.AsSpan(0, length));
        batch.Seal();
    }

    private static PackedBatch<string> Create(string[] items, int[][] documents)
    {
        var batch = new PackedBatch<string>(maxRows: 8, maxTokens: 64);
        foreach ((string item, int[] ids) in items.Zip(documents))
            Assert.True(batch.TryAdd(item, ids));
        batch.Seal();
        return batch;
    }
}

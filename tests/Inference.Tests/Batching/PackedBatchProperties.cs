using FsCheck;
using FsCheck.Fluent;
using Sluice.Inference.Batching;

namespace Inference.Tests.Batching;

public sealed class PackedBatchProperties
{
    private static readonly Arbitrary<int[]> Lengths = Gen.Choose(1, 40).ArrayOf().Where(lengths =>
        lengths.Length is > 0 and <= 30).ToArbitrary();

    [Fact]
    public void What_is_gathered_by_place_and_scattered_back_is_what_was_packed() =>
        Prop.ForAll(Lengths, lengths =>
        {
            using PackedBatch<int> batch = Create(lengths);
            PackedTensors tensors = batch.Tensors;
            var padded = new int[tensors.Rows * tensors.MaxLength];
            for (int cell = 0; cell < padded.Length; cell++)
                padded[cell] = tensors.Ids[tensors.Gather[cell]];
            var packed = new int[tensors.Tokens];
            for (int row = 0; row < packed.Length; row++)
                packed[row] = padded[tensors.Scatter[row]];
            Assert.Equal(tensors.Ids.ToArray(), packed);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Each_document_is_found_again_by_row_and_place() =>
        Prop.ForAll(Lengths, lengths =>
        {
            using PackedBatch<int> batch = Create(lengths);
            PackedTensors tensors = batch.Tensors;
            for (int row = 0; row < lengths.Length; row++)
            {
                Assert.Equal(row, batch.Items[row]);
                Assert.Equal(lengths[row], tensors.Lengths[row]);
                Assert.Equal(Id(row, 0), tensors.Ids[tensors.Cls[row]]);
                for (int place = 0; place < lengths[row]; place++)
                {
                    int packed = tensors.Gather[(row * tensors.MaxLength) + place];
                    Assert.Equal(Id(row, place), tensors.Ids[packed]);
                    Assert.Equal(place, tensors.Positions[packed]);
                }
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_index_is_within_what_it_points_into() =>
        Prop.ForAll(Lengths, lengths =>
        {
            using PackedBatch<int> batch = Create(lengths);
            PackedTensors tensors = batch.Tensors;
            int tokens = tensors.Tokens, cells = tensors.Rows * tensors.MaxLength;
            Assert.All(tensors.Gather.ToArray(), row => Assert.InRange(row, 0, tokens - 1));
            Assert.All(tensors.Scatter.ToArray(), cell => Assert.InRange(cell, 0, cells - 1));
            Assert.Equal(tokens, tensors.Scatter.ToArray().Distinct().Count());
        }).QuickCheckThrowOnFailure();

    /// <summary>The same batch object, refilled, must equal a fresh one: nothing of the last batch may show.</summary>
    [Fact]
    public void A_refilled_batch_equals_a_fresh_one() =>
        Prop.ForAll(Lengths, Lengths, (first, second) =>
        {
            using PackedBatch<int> reused = Create(first);
            Refill(reused, second);
            using PackedBatch<int> fresh = Create(second);
            Assert.Equal(fresh.Tensors.Gather, reused.Tensors.Gather);
            Assert.Equal(fresh.Tensors.Scatter, reused.Tensors.Scatter);
            Assert.Equal(fresh.Tensors.Positions, reused.Tensors.Positions);
            Assert.Equal(fresh.Tensors.Ids, reused.Tensors.Ids);
        }).QuickCheckThrowOnFailure();

    private static int Id(int row, int place) => (row * 1000) + place;

    private static PackedBatch<int> Create(int[] lengths)
    {
        var batch = new PackedBatch<int>(maxRows: 30, maxTokens: 30 * 40);
        Refill(batch, lengths);
        return batch;
    }

    private static void Refill(PackedBatch<int> batch, int[] lengths)
    {
        batch.Clear();
        for (int row = 0; row < lengths.Length; row++)
            Assert.True(batch.TryAdd(row, [.. Enumerable.Range(0, lengths[row]).Select(place => Id(row, place))]));
        batch.Seal();
    }
}

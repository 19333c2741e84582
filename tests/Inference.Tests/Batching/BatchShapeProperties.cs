using FsCheck;
using FsCheck.Fluent;
using Sluice.Inference.Batching;

namespace Inference.Tests.Batching;

public sealed class BatchShapeProperties
{
    private static readonly Arbitrary<int[]> Lengths = Gen.Choose(1, 4000).NonEmptyListOf().Select(lengths =>
        lengths.ToArray()).ToArbitrary();

    [Fact]
    public void A_shape_is_the_sums_and_the_longest_of_its_documents() =>
        Prop.ForAll(Lengths, lengths =>
        {
            BatchShape shape = BatchShape.Of(lengths);
            Assert.Equal((lengths.Length, lengths.Sum(), lengths.Max()), (shape.Rows, shape.Tokens, shape.Longest));
            Assert.Equal(lengths.Sum(length => (long)length * length), shape.Squares);
            Assert.Equal(shape, BatchShape.Of([.. lengths.Reverse()]));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Attention_that_pads_sees_more_cells_exactly_where_lengths_differ() =>
        Prop.ForAll(Lengths, lengths =>
        {
            BatchShape shape = BatchShape.Of(lengths);
            Assert.Equal(lengths.Distinct().Count() == 1, shape.Cells == shape.Squares);
            Assert.True(shape.Cells >= shape.Squares);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Without_the_shorter_documents_a_shape_is_that_of_the_others() =>
        Prop.ForAll(Lengths, Gen.Choose(0, 100).ToArbitrary(), (lengths, share) =>
        {
            int[] sorted = [.. lengths.Order()];
            int shorter = (sorted.Length - 1) * share / 100;
            Assert.Equal(BatchShape.Of(sorted.AsSpan(shorter)), BatchShape.Of(sorted).Without(BatchShape.Of(sorted.AsSpan(0, shorter))));
        }).QuickCheckThrowOnFailure();

    /// <summary>
    /// 4,096 documents of 65,536 tokens in all are the most that the options allow; a lone document of as many has the most squares.
    /// </summary>
    [Fact]
    public void The_largest_batch_does_not_overflow()
    {
        Assert.Equal(1L << 32, BatchShape.Lone(65_536).Squares);
        Assert.Equal(1L << 32, BatchShape.Lone(65_536).Cells);
        Assert.Equal(4096 * 256L, BatchShape.Of([.. Enumerable.Repeat(16, 4096)]).Cells);
    }

    [Fact]
    public void A_packed_batch_has_the_shape_of_what_was_put_in_and_none_once_cleared() =>
        Prop.ForAll(Lengths, lengths =>
        {
            using PackedBatch<int> batch = new(lengths.Length, lengths.Sum());
            foreach (int length in lengths) Assert.True(batch.TryAdd(0, new int[length]));
            Assert.False(batch.TryAdd(0, new int[1]));
            Assert.Equal(BatchShape.Of(lengths), batch.Shape);
            batch.Clear();
            Assert.Equal(default, batch.Shape);
        }).QuickCheckThrowOnFailure();
}

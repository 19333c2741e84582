using FsCheck;
using FsCheck.Fluent;
using Sluice.Inference.Batching;

namespace Inference.Tests.Batching;

public sealed class HeaviestBatchesTests
{
    [Fact]
    public void By_default_they_are_one_document_of_all_tokens_and_as_many_documents_as_fit() =>
        Assert.Equal([(1, 512), (64, 8)], HeaviestBatches.Of(512, new BatchBudget(64, 512)));

    [Theory]
    [InlineData(64, 512, 512)]
    [InlineData(64, 700, 512)]
    [InlineData(64, 1000, 512)]
    [InlineData(1, 512, 512)]
    [InlineData(3, 17, 16)]
    public void Each_keeps_to_the_budget(int rows, int tokens, int longest) =>
        Assert.All(HeaviestBatches.Of(longest, new BatchBudget(rows, tokens)), one =>
    {
        Assert.InRange(one.Rows, 1, rows);
        Assert.InRange(one.Rows * one.Length, 1, tokens);
        Assert.InRange(one.Length, 1, longest);
    });

    [Fact]
    public void No_batch_that_fits_has_more_tokens_rows_or_cells_of_attention() =>
        Prop.ForAll(Gen.Choose(1, 9).ToArbitrary(), Gen.Choose(1, 80).ToArbitrary(), Gen.Choose(1, 40).ToArbitrary(),
            (maxRows, maxTokens, longest) =>
        {
            IReadOnlyList<(int Rows, int Length)> heaviest = HeaviestBatches.Of(longest, new BatchBudget(maxRows, maxTokens));
            int tokens = heaviest.Max(one => one.Rows * one.Length), rows = heaviest.Max(one => one.Rows),
                cells = heaviest.Max(one => one.Rows * one.Length * one.Length);
            for (int length = 1; length <= Math.Min(longest, maxTokens); length++)
            {
                for (int count = 1; count <= maxRows && count * length <= maxTokens; count++)
                {
                    Assert.InRange(count, 1, rows);
                    Assert.InRange(count * length, 1, tokens);
                    Assert.InRange(count * length * length, 1, cells);
                }
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Where_rows_divide_tokens_no_batch_that_fits_takes_more_in_any_proportion_of_the_three() =>
        Prop.ForAll(Gen.Choose(1, 12).ToArbitrary(), Gen.Choose(1, 12).ToArbitrary(), Gen.Choose(0, 1000).Three().ToArbitrary(),
            (maxRows, shortest, weight) =>
        {
            int maxTokens = maxRows * shortest;
            long most = HeaviestBatches.Of(maxTokens, new BatchBudget(maxRows, maxTokens)).Max(one => Takes(one.Rows, one.Length));
            for (int length = 1; length <= maxTokens; length++)
            {
                for (int count = 1; count <= maxRows && count * length <= maxTokens; count++) Assert.InRange(Takes(count, length), 0, most);
            }

            long Takes(long rows, long length) =>
                (weight.Item1 * rows) + (weight.Item2 * rows * length) + (weight.Item3 * rows * length * length);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
}

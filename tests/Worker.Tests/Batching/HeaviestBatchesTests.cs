using FsCheck;
using FsCheck.Fluent;
using Sluice.Worker.Batching;

namespace Worker.Tests.Batching;

public sealed class HeaviestBatchesTests
{
    [Fact]
    public void By_default_they_are_one_document_of_all_tokens_and_as_many_documents_as_fit() =>
        Assert.Equal([(1, 512), (64, 8)], HeaviestBatches.Of(512, new BatchBudget(64, 512)).Select(lengths => (lengths.Length, lengths[0])));

    [Theory]
    [InlineData(64, 512, 512)]
    [InlineData(64, 700, 512)]
    [InlineData(64, 1000, 512)]
    [InlineData(1, 512, 512)]
    [InlineData(3, 17, 16)]
    public void Each_keeps_to_the_budget(int rows, int tokens, int longest) => Assert.All(HeaviestBatches.Of(longest, new BatchBudget(rows, tokens)), lengths =>
    {
        Assert.InRange(lengths.Length, 1, rows);
        Assert.InRange(lengths.Length * lengths.Max(), 1, tokens);
        Assert.InRange(lengths.Max(), 1, longest);
    });

    [Fact]
    public void No_batch_that_fits_has_more_tokens_rows_or_cells_of_attention() =>
        Prop.ForAll(Gen.Choose(1, 9).ToArbitrary(), Gen.Choose(1, 80).ToArbitrary(), Gen.Choose(1, 40).ToArbitrary(), (maxRows, maxTokens, longest) =>
        {
            IReadOnlyList<int[]> heaviest = HeaviestBatches.Of(longest, new BatchBudget(maxRows, maxTokens));
            int tokens = heaviest.Max(lengths => lengths.Sum()), rows = heaviest.Max(lengths => lengths.Length), cells = heaviest.Max(lengths => lengths.Length * lengths[0] * lengths[0]);
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
}

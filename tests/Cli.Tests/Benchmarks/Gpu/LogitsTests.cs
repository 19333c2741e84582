using Benchmarks.Gpu;

namespace Cli.Tests.Benchmarks.Gpu;

public sealed class LogitsTests
{
    [Fact]
    public void Logits_differ_by_their_largest_difference_and_by_their_labels()
    {
        LogitDifference found = LogitDifference.Between([[1, 2], [3, -3], [0.5f, 0.25f]], [[1, 2.5f], [3, -3.25f], [0.25f, 0.5f]]);
        Assert.Equal(new LogitDifference(3, 0.5, 2), found);
        Assert.Equal(100.0 * 2 / 3, found.PercentSame);
        Assert.Equal(new LogitDifference(4, 0.75, 2), found.And(new LogitDifference(1, 0.75, 0)));
    }

    [Fact]
    public void A_logit_that_is_not_finite_is_as_far_as_can_be() =>
        Assert.Equal(double.PositiveInfinity, LogitDifference.Between([[1, 2]], [[float.NaN, 2]]).Largest);

    [Theory]
    [InlineData(0.00042, "4.2e-4")]
    [InlineData(0, "0.0e+0")]
    public void A_difference_is_shown_by_its_size(double difference, string shown) => Assert.Equal(shown, LogitDifference.Text(difference));

    [Fact]
    public void A_document_stands_where_its_company_says()
    {
        int[] document = [101, 7, 8, 102];
        int[][] others = [[101, 1, 102], [101, 2, 3, 4, 5, 6, 102]];
        var companies = InvarianceSection.Companies(document, others, longest: 20).ToArray();
        Assert.Equal(["short mates", "long mates", "first of 16", "last of 16"], companies.Select(one => one.Company));
        Assert.All(companies, one =>
        {
            Assert.Same(document, one.Batch[one.Place]);
            Assert.Single(one.Batch, ids => ids == document);
        });
        Assert.All(companies[0].Batch[..^1], ids => Assert.Equal(8, ids.Length));
        Assert.All(companies[1].Batch[..^1], ids => Assert.Equal(20, ids.Length));
        Assert.All(companies[2..], one => Assert.Equal(16, one.Batch.Length));
    }

    [Fact]
    public void A_rare_label_that_nobody_gives_is_told_however_many_others_agree()
    {
        int[] truth = [.. Enumerable.Repeat(0, 998), 1, 1], blind = new int[1000];
        Assert.Equal(0, HeldOutSection.LeastAgreement(blind, truth, truth));
        Assert.Equal(100, HeldOutSection.LeastAgreement(truth, truth, truth));
    }

    [Theory]
    [InlineData(0.95, 0.99, "tokenizing")]
    [InlineData(0.99, 0.95, "running the model")]
    [InlineData(0.5, 0.95, "tokenizing")]
    [InlineData(0.5, 0.5, "neither of them")]
    public void What_is_always_busy_binds(double model, double tokenizers, string binds) =>
        Assert.Equal(binds, new SourceSlice(1, 1, tokenizers, model, 0, 1).Binds);
}

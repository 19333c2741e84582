using FsCheck;
using FsCheck.Fluent;
using Sluice.Inference.Modes;

namespace Inference.Tests.Modes;

public sealed class ScoresTests
{
    private static readonly Arbitrary<float[]> Rows =
        Gen.Choose(-2_000_000, 2_000_000).Select(n => n / 10_000f).ArrayOf().Where(row => row.Length is > 0 and <= 50).ToArbitrary();

    [Fact]
    public void Equal_logits_share_the_probability() => Assert.Equal([0.25f, 0.25f, 0.25f, 0.25f], Softmax(3, 3, 3, 3));

    [Fact]
    public void Agrees_with_a_value_computed_by_hand()
    {
        float[] scores = Softmax(0, MathF.Log(3));
        Assert.Equal(0.25f, scores[0], 1e-6f);
        Assert.Equal(0.75f, scores[1], 1e-6f);
    }

    [Fact]
    public void Huge_logits_neither_overflow_nor_vanish() => Assert.Equal([0f, 1f], Softmax(-3e38f, 3e38f));

    [Fact]
    public void Probabilities_sum_to_one_and_keep_the_order_of_the_logits() =>
        Prop.ForAll(Rows, row =>
        {
            float[] scores = Softmax(row);
            Assert.Equal(1.0, scores.Sum(score => (double)score), 1e-5);
            Assert.All(scores, score => Assert.InRange(score, 0f, 1f));
            for (int i = 1; i < row.Length; i++)
                Assert.True(row[i] < row[i - 1] ? scores[i] <= scores[i - 1] : scores[i] >= scores[i - 1]);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Adding_the_same_to_every_logit_changes_nothing() =>
        Prop.ForAll(Rows, row =>
        {
            float[] shifted = [.. row.Select(logit => logit + 16f)];
            foreach ((float a, float b) in Softmax(row).Zip(Softmax(shifted)))
                Assert.Equal(a, b, 1e-4f);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Works_in_place()
    {
        float[] row = [1, 2, 3];
        float[] expected = Softmax(row);
        Scores.Softmax(row, row);
        Assert.Equal(expected, row);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_logit_that_is_not_finite_is_refused(float logit)
    {
        var error = Assert.Throws<ArgumentException>(() => Softmax(0, logit));
        Assert.Contains("Value 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_of_another_length_are_refused() => Assert.Throws<ArgumentException>(() => Scores.Softmax([1, 2], new float[3]));

    [Fact]
    public void The_first_of_equal_values_is_the_largest() => Assert.Equal(1, Scores.Largest([0, 5, 5]));

    private static float[] Softmax(params float[] logits)
    {
        var scores = new float[logits.Length];
        Scores.Softmax(logits, scores);
        return scores;
    }
}

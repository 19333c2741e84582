using FsCheck;
using FsCheck.Fluent;
using Sluice.Worker.Demo.View;

namespace Worker.Tests.Demo;

public sealed class ViewTests
{
    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "████")]
    [InlineData(0.5, "██")]
    [InlineData(0.53125, "██▏")]
    [InlineData(7, "████")]
    [InlineData(double.NaN, "")]
    public void A_bar_is_drawn_to_an_eighth_of_a_character(double share, string wanted) => Assert.Equal(wanted, Bar.Of(share, 4));

    [Fact]
    public void A_curve_begins_at_zero() => Assert.Equal("▁▅█", Bar.Curve([0, 4, 8]));

    [Fact]
    public void A_curve_of_nothing_is_flat() => Assert.Equal("▁▁", Bar.Curve([0, 0]));

    [Fact]
    public void The_parts_of_a_split_bar_fill_it()
    {
        Arbitrary<double[]> shares = Gen.ListOf(Gen.Choose(0, 1000).Select(i => i / 7.0)).Select(list => list.ToArray()).ToArbitrary();

        Prop.ForAll(shares, s => Bar.Split(s, 48).Sum() == (s.Sum() > 0 ? 48 : 0)).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(0.4, "0.4 ms")]
    [InlineData(12, "12 ms")]
    [InlineData(1500, "1.50 s")]
    [InlineData(65_000, "65.0 s")]
    [InlineData(300_000, "5 min 0 s")]
    public void Times_have_their_unit(double milliseconds, string wanted) => Assert.Equal(wanted, Numbers.Milliseconds(milliseconds));
}

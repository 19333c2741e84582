using Sluice.Inference.Modes;

namespace Inference.Tests.Modes;

public sealed class ModeNameTests
{
    [Theory]
    [InlineData("teacher")]
    [InlineData("swift")]
    [InlineData("students:1")]
    [InlineData("students:16")]
    public void A_mode_is_written_as_it_is_read(string name) => Assert.Equal(name, Mode.TryParse(name, Precision.Int8)?.Name);

    [Theory]
    [InlineData("")]
    [InlineData("Teacher")]
    [InlineData("students")]
    [InlineData("students:0")]
    [InlineData("students:17")]
    [InlineData("students:-1")]
    [InlineData("students: 2")]
    [InlineData("students:2:3")]
    [InlineData("students:99999999999")]
    public void What_is_no_mode_is_none(string name) => Assert.Null(Mode.TryParse(name, Precision.Int8));

    [Fact]
    public void Equal_modes_are_equal_values()
    {
        Assert.Equal(Mode.Students(3, Precision.Int8), Mode.TryParse("students:3", Precision.Int8));
        Assert.NotEqual(Mode.Students(3, Precision.Int8), Mode.Students(2, Precision.Int8));
        Assert.NotEqual(Mode.Swift(Precision.Int8), Mode.Teacher(Precision.Int8));
    }
}

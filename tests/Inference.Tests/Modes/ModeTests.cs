using Sluice.Inference.Modes;

namespace Inference.Tests.Modes;

public sealed class ModeTests
{
    [Theory]
    [InlineData(Precision.Int8)]
    [InlineData(Precision.Fp32)]
    internal void The_teacher_in_one_precision_is_one_value(Precision precision)
    {
        Assert.Same(Mode.Teacher(precision), Mode.Teacher(precision));
        Assert.Equal((ModeKind.Teacher, precision), (Mode.Teacher(precision).Kind, Mode.Teacher(precision).Precision));
    }

    [Fact]
    public void Precisions_are_different_modes() => Assert.NotEqual(Mode.Teacher(Precision.Int8), Mode.Teacher(Precision.Fp32));

    [Fact]
    public void An_unknown_precision_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => Mode.Teacher((Precision)7));
}

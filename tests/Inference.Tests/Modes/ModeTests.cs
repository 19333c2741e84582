using Sluice.Inference.Modes;

namespace Inference.Tests.Modes;

public sealed class ModeTests
{
    [Theory]
    [InlineData(Precision.Int8)]
    [InlineData(Precision.Fp32)]
    [InlineData(Precision.Fp16)]
    internal void The_teacher_in_one_precision_is_one_value(Precision precision)
    {
        Assert.Same(Mode.Teacher(precision), Mode.Teacher(precision));
        Assert.Equal((ModeKind.Teacher, precision), (Mode.Teacher(precision).Kind, Mode.Teacher(precision).Precision));
    }

    [Fact]
    public void Precisions_are_different_modes() => Assert.NotEqual(Mode.Teacher(Precision.Int8), Mode.Teacher(Precision.Fp32));

    [Fact]
    public void Every_precision_has_a_name_of_its_own()
    {
        Assert.Equal(["int8", "fp32", "fp16"], Enum.GetValues<Precision>().Select(precision => precision.Name()));
        Assert.Throws<System.Diagnostics.UnreachableException>(() => ((Precision)7).Name());
    }

    [Fact]
    public void A_mode_that_is_not_loaded_is_refused_with_those_that_are()
    {
        Mode[] loaded = [Mode.Teacher(Precision.Int8), Mode.Students(2, Precision.Fp16)];
        Assert.Equal("swift (int8) is not loaded; teacher (int8), students:2 (fp16) are.",
            Mode.Swift(Precision.Int8).NotLoaded(loaded).Message);
        Assert.Equal("swift (fp32) is not loaded; teacher (int8) is.", Mode.Swift(Precision.Fp32).NotLoaded(loaded[..1]).Message);
    }

    [Fact]
    public void An_unknown_precision_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => Mode.Teacher((Precision)7));
}

using Sluice.Inference.Modes;
using Sluice.Worker.Control;

namespace Worker.Tests.Control;

public sealed class CurrentModeTests
{
    private static readonly Mode Teacher = Mode.Teacher(Precision.Int8), Swift = Mode.Swift(Precision.Int8);

    [Fact]
    public void A_change_is_seen_by_the_next_reader_and_leaves_what_was_read_as_it_was()
    {
        CurrentMode current = Create();
        ModeSnapshot before = current.Snapshot;
        current.Set(Swift);
        Assert.Equal((Teacher, Swift), (before.Mode, current.Snapshot.Mode));
    }

    [Fact]
    public void A_mode_that_is_not_loaded_is_refused_by_name_and_the_old_one_stays()
    {
        CurrentMode current = Create();
        Assert.Equal("students:1 (int8) is not loaded; teacher (int8), swift (int8) are.",
            Assert.Throws<ArgumentException>(() => current.Set(Mode.Students(1, Precision.Int8))).Message);
        Assert.Throws<ArgumentException>(() => current.Set(Mode.Swift(Precision.Fp32)));
        Assert.Equal(Teacher, current.Snapshot.Mode);
        Assert.Throws<ArgumentException>(() => new CurrentMode([Swift], Teacher));
    }

    [Fact]
    public void A_change_allocates_nothing()
    {
        CurrentMode current = Create();
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (int time = 0; time < 1000; time++) current.Set(time % 2 == 0 ? Swift : Teacher);
        }));
    }

    private static CurrentMode Create() => new([Teacher, Swift], Teacher);
}

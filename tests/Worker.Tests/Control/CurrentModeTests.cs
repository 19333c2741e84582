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

    [Fact]
    public void A_document_whose_floor_forbids_the_present_mode_gets_its_floor()
    {
        Mode student = Mode.Students(1, Precision.Int8);
        CurrentMode current = new([Teacher, student, Swift], Swift);
        Assert.Equal([Teacher, student, Swift], Each(current)); // nothing is known of how fast they are
        current.Rank([100, 500, 900]);
        Assert.Equal([Teacher, student, Swift], Each(current));
        current.Set(student);
        Assert.Equal([Teacher, student, student], Each(current));
    }

    [Fact]
    public void A_floor_that_is_slower_than_a_more_accurate_mode_is_not_run()
    {
        CurrentMode current = new([Teacher, Mode.Students(1, Precision.Int8), Swift], Swift);
        current.Rank([100, 90, 900]);
        Assert.Equal([Teacher, Teacher, Swift], Each(current));
    }

    private static Mode[] Each(CurrentMode current) => [.. Enumerable.Range(0, 3).Select(current.Snapshot.For)];

    private static CurrentMode Create() => new([Teacher, Swift], Teacher);
}

using Benchmarks.Gpu;
using Microsoft.Extensions.Time.Testing;

namespace Cli.Tests.Benchmarks.Gpu;

public sealed class TimeShareTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void What_a_section_does_not_use_falls_on_those_after_it()
    {
        Timetable timetable = new(TimeSpan.FromSeconds(100), _time);
        Assert.Equal(TimeSpan.FromSeconds(25), timetable.Next(weight: 1, weights: 4).Left);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(TimeSpan.FromSeconds(30), timetable.Next(weight: 1, weights: 3).Left);
    }

    [Fact]
    public void What_a_section_uses_too_much_all_those_after_it_bear()
    {
        Timetable timetable = new(TimeSpan.FromSeconds(100), _time);
        _time.Advance(TimeSpan.FromSeconds(70));
        Assert.Equal(TimeSpan.FromSeconds(10), timetable.Next(weight: 1, weights: 3).Left);
        _time.Advance(TimeSpan.FromSeconds(70));
        Assert.Equal(TimeSpan.Zero, timetable.Left);
        Assert.Equal(TimeSpan.Zero, timetable.Next(weight: 1, weights: 1).Left);
    }

    [Fact]
    public void What_there_is_no_time_for_is_left_out_by_name()
    {
        TimeShare share = new(TimeSpan.FromSeconds(10), _time);
        Assert.True(share.Has("first"));
        Assert.True(share.Has("as long as nine", TimeSpan.FromSeconds(9)));
        Assert.False(share.Has("as long as all", TimeSpan.FromSeconds(10)));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.False(share.Has("last"));
        Assert.Equal(["as long as all", "last"], share.LeftOut);
    }

    [Fact]
    public void A_part_is_of_what_is_left()
    {
        TimeShare share = new(TimeSpan.FromSeconds(10), _time);
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(TimeSpan.FromSeconds(2), share.Part(0.5).Left);
    }
}

using FsCheck;
using FsCheck.Fluent;
using Sluice.Cli.Demo.Replay;
using Sluice.Cli.Demo.Settings;

namespace Cli.Tests.Demo;

public sealed class ArrivalScheduleTests
{
    private static readonly ArrivalSchedule Twenty = ArrivalSchedule.Burst(10, new BurstOptions(20));

    [Fact]
    public void A_burst_of_20_times_stands_between_two_calms()
    {
        Assert.Equal(100 + 2000 + 200, Twenty.Documents);
        Assert.Equal(TimeSpan.FromSeconds(40), Twenty.End);
        Assert.Equal([10.0, 200, 10], Twenty.Phases.Select(phase => phase.PerSecond));
        Assert.Equal(["before", "burst", "after"], Twenty.Phases.Select(phase => phase.Name));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(99, 9.9)]
    [InlineData(100, 10)]
    [InlineData(101, 10.005)]
    [InlineData(2099, 19.995)]
    [InlineData(2100, 20)]
    [InlineData(2299, 39.9)]
    public void Each_document_is_due_at_its_time(int index, double seconds) =>
        Assert.Equal(seconds, Twenty.DueOf(index).TotalSeconds, 6);

    [Theory]
    [InlineData(0, "before")]
    [InlineData(9.999, "before")]
    [InlineData(10, "burst")]
    [InlineData(20, "after")]
    [InlineData(90, "after")]
    public void A_moment_falls_into_one_stretch(double seconds, string name) =>
        Assert.Equal(name, Twenty.PhaseAt(TimeSpan.FromSeconds(seconds)).Name);

    [Fact]
    public void A_steady_rate_never_ends()
    {
        var steady = ArrivalSchedule.Steady(4);
        Assert.Equal(TimeSpan.FromDays(1), steady.DueOf(4 * 86_400));
        Assert.Equal(40, steady.DueBefore(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void What_is_due_agrees_with_when_each_is_due_at_any_rate() =>
        Prop.ForAll(Gen.Choose(1, 2000).Zip(Gen.Choose(11, 1000)).ToArbitrary(), given =>
        {
            var schedule = ArrivalSchedule.Burst(given.Item1 / 10.0, new BurstOptions(given.Item2 / 10.0));
            int some = schedule.Documents / 3;
            TimeSpan due = schedule.DueOf(some), tick = TimeSpan.FromMilliseconds(0.001);
            return schedule.DueBefore(TimeSpan.Zero) == 0
                && schedule.DueBefore(schedule.End) == schedule.Documents
                && schedule.DueBefore(TimeSpan.MaxValue) == schedule.Documents
                && schedule.DueBefore(due - tick) == some
                && schedule.DueBefore(due + tick) == some + 1
                && schedule.DueOf(schedule.Documents - 1) < schedule.End;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(52.3, 13)] // a quarter of what the teacher can do, rounded down
    [InlineData(1000, 250)]
    [InlineData(0.2, 0.1)] // never nothing
    [InlineData(1_000_000, 260)] // 60,000 documents in 230 calm seconds' worth
    public void Calm_is_a_share_of_what_the_worker_can_do(double capacity, double calm) =>
        Assert.Equal(calm, new BurstOptions(20).CalmFor(capacity));
}

using Benchmarks.Burst;

namespace Cli.Tests.Benchmarks.Burst;

public sealed class TimetableTests
{
    private const int Modes = 4;

    private static readonly string[] All =
    [
        "sluice auto on mix, burst 5x, 10x, 20x, 40x, 80x", "our swift on mix, burst 5x, 10x, 20x, 40x, 80x",
        "plain fp32 on mix, burst 80x", "our teacher on mix, burst 80x", "plain dynamic int8 on mix, burst 80x",
        "sluice auto on mail, burst 20x", "plain fp32 on mail, burst 20x", "our teacher on mail, burst 20x", "our swift on mail, burst 20x",
        "plain fp32 on mix, burst 10x", "our teacher on mix, burst 10x", "plain dynamic int8 on mix, burst 10x",
    ];

    [Fact]
    public void An_hour_has_room_for_all_bursts_and_for_the_day_what_they_leave()
    {
        Timetable hour = Of(60);
        Assert.Equal(All, Names(hour.Bursts));
        Assert.Empty(hour.LeftOut);
        Assert.InRange(hour.Day, 240, 600);
        Assert.InRange(hour.Seconds, 3590, 3600);
        Assert.Equal(600, Of(100).Day);
    }

    [Fact]
    public void In_less_the_runs_of_least_worth_are_left_out_and_none_is_forgotten()
    {
        Timetable half = Of(32, BurstPart.Mix, BurstPart.Mail);
        Assert.Equal(All[..4], Names(half.Bursts)[..4]);
        Assert.Equal(All[^3..], Names(half.LeftOut)[^3..]);
        for (int minutes = 1; minutes <= 100; minutes++)
        {
            Timetable timetable = Of(minutes);
            Assert.Equal(All.Order(), Names([.. timetable.Bursts, .. timetable.LeftOut]).Order());
            Assert.True(timetable.Bursts.Count == 0 || timetable.Seconds <= 60 * minutes, $"{minutes}: {timetable}");
            Assert.True(timetable.Bursts.Count == 0 || timetable.Day >= 180, $"{minutes}: {timetable}"); // kept for it
        }
    }

    [Fact]
    public void A_part_alone_has_its_own_runs_only()
    {
        Assert.Equal(All[5..9], Names(Of(60, BurstPart.Mail).Bursts));
        Assert.Equal((0, 0.0), (Of(60, BurstPart.Day).Bursts.Count, Of(60, BurstPart.Mix).Day));
        Timetable trial = Timetable.Of(new BurstPlan(BurstLengths.Trial, [BurstPart.Mix], TimeSpan.FromMinutes(20)), Modes);
        Assert.Equal(["sluice auto", "plain fp32", "our teacher"], trial.Bursts.Select(bursts => bursts.System));
    }

    private static string[] Names(IEnumerable<PlannedBursts> bursts) => [.. bursts.Select(one => one.ToString())];

    // As the results are published, on two cores.
    private static Timetable Of(double minutes, params BurstPart[] parts) => Timetable.Of(
        new BurstPlan(BurstLengths.Whole with { Threads = [1, 2] }, parts, TimeSpan.FromMinutes(minutes)), Modes);
}

using Sluice.Worker.InFlight;
using Sluice.Worker.Monitoring;

namespace Worker.Tests.Monitoring;

public sealed class HealthRulesTests
{
    private static readonly HealthSnapshot Serving = new(WorkerPhase.Serving, false, false, TimeSpan.Zero, []);
    private static readonly SourcePartition Mails3 = new("mails", 3);

    [Fact]
    public void While_it_starts_a_worker_is_live_and_not_ready()
    {
        HealthReport report = HealthRules.Of(Serving with { Phase = WorkerPhase.Starting });
        Assert.Equal((true, false, "starting"), (report.IsLive, report.IsReady, Assert.Single(report.Reasons).Name));
    }

    [Fact]
    public void One_without_partitions_or_without_anything_to_do_is_ready_however_long()
    {
        HealthReport report = HealthRules.Of(Serving with { NothingFinished = TimeSpan.FromDays(9) });
        Assert.Equal((true, true), (report.IsLive, report.IsReady));
        Assert.Empty(report.Reasons);
    }

    [Fact]
    public void While_it_drains_a_worker_is_live_and_not_ready_whatever_stands_still()
    {
        HealthReport report = HealthRules.Of(Standing(100) with { Phase = WorkerPhase.Draining });
        Assert.Equal((true, false, "draining"), (report.IsLive, report.IsReady, Assert.Single(report.Reasons).Name));
    }

    [Fact]
    public void One_with_a_failed_step_is_not_live()
    {
        HealthReport report = HealthRules.Of(Serving with { HasFailed = true, Phase = WorkerPhase.Draining });
        Assert.Equal((false, false), (report.IsLive, report.IsReady));
        Assert.Equal(["draining", "failed"], report.Reasons.Select(reason => reason.Name));
    }

    [Theory]
    [InlineData(29.9, true)]
    [InlineData(30, false)]
    public void A_partition_may_stand_still_for_less_than_30_s_though_it_has_a_backlog(double seconds, bool isLive)
    {
        HealthReport report = HealthRules.Of(Standing(seconds));
        Assert.Equal((isLive, isLive), (report.IsLive, report.IsReady));
        if (isLive) return;
        HealthReason reason = Assert.Single(report.Reasons);
        Assert.Equal(("no-progress", Mails3, "mails[3] has had no record finished for 30 s and has a backlog of 12"),
            (reason.Name, reason.Partition!.Value, reason.Detail));
    }

    [Theory]
    [InlineData(true, 1, true)] // full of others' records, which are finished: its turn comes
    [InlineData(true, 30, false)] // full, and nothing moves
    [InlineData(false, 1, false)] // there is room, and the others get on without it
    public void One_that_waits_for_its_turn_is_slow_and_not_dead(bool isFull, double nothingFinishedS, bool isLive) =>
        Assert.Equal(isLive, HealthRules.Of(Standing(50) with
        {
            IsFull = isFull,
            NothingFinished = TimeSpan.FromSeconds(nothingFinishedS),
        }).IsLive);

    private static HealthSnapshot Standing(double seconds) => Serving with
    {
        Standing = [new StandingPartition(Mails3, TimeSpan.FromSeconds(seconds), 12)],
    };
}

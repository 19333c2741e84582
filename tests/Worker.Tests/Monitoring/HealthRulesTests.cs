using Sluice.Worker.InFlight;
using Sluice.Worker.Monitoring;

namespace Worker.Tests.Monitoring;

public sealed class HealthRulesTests
{
    private static readonly HealthSnapshot Serving = new(WorkerPhase.Serving, false, new Standstill(TimeSpan.Zero, TimeSpan.Zero, []));
    private static readonly SourcePartition Mails3 = new("mails", 3), Mails4 = new("mails", 4);

    [Fact]
    public void While_it_starts_a_worker_is_live_and_not_ready()
    {
        HealthReport report = HealthRules.Of(Serving with { Phase = WorkerPhase.Starting });
        Assert.Equal((true, false, "starting"), (report.IsLive, report.IsReady, Assert.Single(report.Reasons).Name));
    }

    [Fact]
    public void One_without_partitions_or_without_anything_to_do_is_ready_however_long()
    {
        HealthReport report = HealthRules.Of(Of(nothingFinishedS: 777_600, roomS: 777_600));
        Assert.Equal((true, true), (report.IsLive, report.IsReady));
        Assert.Empty(report.Reasons);
    }

    [Fact]
    public void While_it_drains_a_worker_is_live_and_not_ready_whatever_stands_still()
    {
        HealthReport report = HealthRules.Of(Of(100, 100, Standing(Mails3, 100)) with { Phase = WorkerPhase.Draining });
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
    public void Where_nothing_is_finished_a_partition_may_stand_still_for_less_than_30_s_with_a_backlog(double seconds, bool isLive)
    {
        HealthReport report = HealthRules.Of(Of(seconds, 0, Standing(Mails3, seconds)));
        Assert.Equal((isLive, isLive), (report.IsLive, report.IsReady));
        if (isLive) return;
        HealthReason reason = Assert.Single(report.Reasons);
        Assert.Equal(("no-progress", Mails3, "mails[3] has had no record finished for 30 s and has a backlog of 12"),
            (reason.Name, reason.Partition!.Value, reason.Detail));
    }

    /// <summary>A worker that is killed for it gives it to the next, and so on through the group.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_that_stands_still_while_others_get_on_is_told_and_kills_nobody(bool readFails)
    {
        HealthReport report = HealthRules.Of(Of(1, 40, Standing(Mails3, 40, readFails)));
        Assert.Equal((true, false), (report.IsLive, report.IsReady));
        Assert.Equal((Mails3, false), (Assert.Single(report.Reasons).Partition!.Value, report.Reasons[0].IsDeadly));
    }

    [Fact]
    public void One_that_cannot_be_read_kills_nobody_though_no_other_has_anything_to_do()
    {
        HealthReport report = HealthRules.Of(Of(500, 500, Standing(Mails3, 500, readFails: true)));
        Assert.Equal((true, false), (report.IsLive, report.IsReady));
        Assert.EndsWith(", and reading it fails", Assert.Single(report.Reasons).Detail, StringComparison.Ordinal);
        Assert.False(HealthRules.Of(Of(500, 500, Standing(Mails3, 500, readFails: true), Standing(Mails4, 30))).IsLive);
    }

    [Fact]
    public void One_that_has_had_something_to_do_for_a_moment_only_is_waited_for()
    {
        HealthReport report = HealthRules.Of(Of(500, 500, Standing(Mails3, 500, readFails: true), Standing(Mails4, 3)));
        Assert.Equal((true, false), (report.IsLive, report.IsReady));
        Assert.Equal(Mails3, Assert.Single(report.Reasons).Partition!.Value);
    }

    [Fact]
    public void One_that_comes_makes_no_worker_live_that_finishes_nothing() =>
        Assert.False(HealthRules.Of(Of(500, 500, Standing(Mails3, 500), Standing(Mails4, 3))).IsLive);

    /// <summary>The next start would begin at the end again, behind what has come since.</summary>
    [Fact]
    public void While_the_group_takes_no_places_nobody_is_killed_for_what_is_not_read()
    {
        HealthReport report = HealthRules.Of(Of(500, 500, Standing(Mails3, 500)) with { WaitsForPlaces = true });
        Assert.Equal((true, false), (report.IsLive, report.IsReady));
        Assert.Equal(["places-uncommitted", "no-progress"], report.Reasons.Select(reason => reason.Name));
    }

    /// <summary>The next start would wait for the registry, too.</summary>
    [Fact]
    public void Where_all_that_was_read_waits_for_the_registry_nobody_is_killed_for_it_and_the_reason_names_it()
    {
        HealthReport report = HealthRules.Of(Of(500, 500, Standing(Mails3, 500)) with { AwaitsSchemas = true });
        Assert.Equal((true, false), (report.IsLive, report.IsReady));
        Assert.EndsWith(", and all that was read waits for schemas that the schema registry does not give",
            Assert.Single(report.Reasons).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500, 0, 500, true)]
    [InlineData(300, 200, 500, true)] // what is held gets on neither, before the first label
    [InlineData(300, 199, 500, false)]
    [InlineData(0, 500, 500, false)]
    [InlineData(0, 0, 0, false)]
    public void What_the_brake_holds_back_does_not_hide_that_all_else_waits_for_the_registry(long awaiting, int held, long documents,
        bool awaits) => Assert.Equal(awaits, HealthSnapshot.AwaitSchemas(awaiting, held, documents));

    [Theory]
    [InlineData(50, 0, 1, true)] // full of others' records, which are finished: its turn comes
    [InlineData(50, 29, 1, true)] // so it was a moment ago
    [InlineData(50, 30, 1, false)] // there is room, and the others get on without it
    [InlineData(50, 0, 30, false)] // full, and nothing moves
    [InlineData(599, 0, 1, true)]
    [InlineData(600, 0, 1, false)] // nobody waits for so long for others
    public void One_that_waits_for_its_turn_is_slow_and_stands_not_still(double s, double roomS, double nothingFinishedS, bool isReady) =>
        Assert.Equal(isReady, HealthRules.Of(Of(nothingFinishedS, roomS, Standing(Mails3, s))).IsReady);

    private static HealthSnapshot Of(double nothingFinishedS, double roomS, params StalledPartition[] partitions) => Serving with
    {
        Standstill = new Standstill(TimeSpan.FromSeconds(nothingFinishedS), TimeSpan.FromSeconds(roomS), partitions),
    };

    private static StalledPartition Standing(SourcePartition partition, double seconds, bool readFails = false) =>
        new(partition, TimeSpan.FromSeconds(seconds), 12, readFails);
}

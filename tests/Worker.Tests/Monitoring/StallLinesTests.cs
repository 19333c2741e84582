using Microsoft.Extensions.Time.Testing;
using Sluice.Worker.InFlight;
using Sluice.Worker.Monitoring;

namespace Worker.Tests.Monitoring;

public sealed class StallLinesTests
{
    private static readonly StallCause Replicas = new(StallKind.Replicas, "labels[4] has no leader", "Start it."),
        Model = new(StallKind.Model, "nothing is reported", "Start anew.");

    private readonly FakeTimeProvider _time = new();
    private readonly Lines<StallWatch> _lines = new();
    private readonly StallLines _stalls;

    public StallLinesTests() => _stalls = new StallLines(_time, _lines);

    [Fact]
    public void It_is_told_once_with_its_place_and_cause_then_rarely_then_that_it_is_over()
    {
        for (int second = 0; second < 900; second += 30)
        {
            _stalls.Stands([Standing(3, 30), Standing(4, 30)], offset: 17, Replicas);
            _time.Advance(TimeSpan.FromSeconds(30));
        }

        string[] told = _lines.Take();
        Assert.Equal(2, told.Length);
        Assert.Equal("mails[3] stands still at 17 (so do 1 more partitions): for 30 s nothing of it was finished, and 12 records wait. "
            + "Likely cause: labels[4] has no leader. Start it.", told[0]);
        _stalls.Moves();
        Assert.Equal(["No partition stands still any more, after 900 s"], _lines.Take());
        _stalls.Moves();
        Assert.Empty(_lines.Take());
    }

    [Fact]
    public void Another_cause_is_told_at_once()
    {
        _stalls.Stands([Standing(3, 30)], offset: 17, Model);
        _stalls.Stands([Standing(3, 60)], offset: 17, Replicas);
        _stalls.Stands([Standing(3, 90)], offset: 17, Replicas);
        Assert.Equal(2, _lines.Take().Length);
    }

    [Fact]
    public void A_group_that_gives_nothing_is_told_once_until_it_gives()
    {
        _stalls.GroupGivesNothing("mail", TimeSpan.FromSeconds(30), Replicas);
        _stalls.GroupGivesNothing("mail", TimeSpan.FromSeconds(60), Replicas);
        Assert.Equal(["Group mail has given this worker no partition for 30 s. Likely cause: labels[4] has no leader. Start it."],
            _lines.Take());
        _stalls.GroupGives();
        _stalls.GroupGivesNothing("mail", TimeSpan.FromSeconds(30), Replicas);
        Assert.Single(_lines.Take());
    }

    [Fact]
    public void A_client_is_made_anew_three_times_in_one_standstill_each_after_twice_its_time()
    {
        ClientRebuilds rebuilds = new(TimeSpan.FromSeconds(30), _time);
        int done = 0;
        for (int second = 0; second < 600; second++)
        {
            if (rebuilds.TryBegin()) done++;
            Assert.Equal(int.Min(1 + second / 60, ClientRebuilds.Most), done);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        rebuilds.Over();
        Assert.True(rebuilds.TryBegin());
    }

    private static StalledPartition Standing(int partition, int seconds) =>
        new(new SourcePartition("mails", partition), TimeSpan.FromSeconds(seconds), 12, false);
}

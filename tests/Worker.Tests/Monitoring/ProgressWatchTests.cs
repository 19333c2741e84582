using Microsoft.Extensions.Time.Testing;
using Sluice.Worker.Control;
using Sluice.Worker.InFlight;
using Sluice.Worker.Monitoring;

namespace Worker.Tests.Monitoring;

public sealed class ProgressWatchTests
{
    private static readonly SourcePartition A = new("mails", 0), B = new("mails", 1);

    private readonly FakeTimeProvider _time = new();
    private readonly ProgressWatch _watch;
    private readonly HashSet<SourcePartition> _failing = [];
    private bool _hasRoom = true;

    public ProgressWatchTests() => _watch = new ProgressWatch(_time);

    [Fact]
    public void A_partition_whose_watermark_does_not_move_stands_still_for_as_long()
    {
        for (int second = 0; second <= 40; second++) Look(finished: second, (A, 5, 10), (B, 5 + second, 10));
        StalledPartition standing = Assert.Single(_watch.Now.Partitions);
        Assert.Equal((A, TimeSpan.FromSeconds(40), 10), (standing.Partition, standing.For, standing.Backlog));
        Assert.Equal(TimeSpan.Zero, _watch.Now.NothingFinished);
        Look(finished: 41, (A, 6, 9), (B, 46, 10));
        Assert.Empty(_watch.Now.Partitions);
    }

    [Fact]
    public void Nothing_is_held_against_one_without_a_backlog_or_whose_backlog_is_not_known()
    {
        for (int second = 0; second < 40; second++) Look(finished: 0, (A, 5, 0), (B, 5, null));
        Assert.Empty(_watch.Now.Partitions);
        Assert.Equal(TimeSpan.FromSeconds(39), _watch.Now.NothingFinished);
        for (int second = 0; second < 3; second++) Look(finished: 0, (A, 5, 1), (B, 5, null));
        Assert.Equal(TimeSpan.FromSeconds(3), Assert.Single(_watch.Now.Partitions).For); // from when there was one
    }

    [Fact]
    public void One_that_is_taken_away_and_comes_back_begins_anew()
    {
        for (int second = 0; second <= 20; second++) Look(finished: 0, (A, 5, 10));
        Look(finished: 0);
        Assert.Empty(_watch.Now.Partitions);
        Look(finished: 0, (A, 5, 10));
        Look(finished: 0, (A, 5, 10));
        Assert.Equal(TimeSpan.FromSeconds(1), Assert.Single(_watch.Now.Partitions).For);
    }

    [Fact]
    public void Time_in_which_the_process_was_stopped_is_not_counted()
    {
        Look(finished: 0, (A, 5, 10));
        _time.Advance(TimeSpan.FromMinutes(10));
        Look(finished: 0, (A, 5, 10));
        Assert.Equal(TimeSpan.FromSeconds(5), Assert.Single(_watch.Now.Partitions).For);
    }

    [Fact]
    public void Room_counts_from_when_every_look_has_found_it()
    {
        for (int second = 0; second < 7; second++) Look(finished: 0);
        Assert.Equal(TimeSpan.FromSeconds(7), _watch.Now.HasRoom);
        _hasRoom = false;
        Look(finished: 0);
        Assert.Equal(TimeSpan.Zero, _watch.Now.HasRoom);
        _hasRoom = true;
        for (int second = 0; second < 3; second++) Look(finished: 0);
        Assert.Equal(TimeSpan.FromSeconds(3), _watch.Now.HasRoom);
    }

    [Fact]
    public void One_whose_last_read_failed_is_marked()
    {
        _failing.Add(A);
        for (int second = 0; second < 3; second++) Look(finished: 0, (A, 5, 10), (B, 5, 10));
        Assert.Equal([(A, true), (B, false)], _watch.Now.Partitions.Select(one => (one.Partition, one.ReadFails)));
    }

    private void Look(long finished, params (SourcePartition Partition, long Watermark, long? Backlog)[] partitions)
    {
        LagSample sample = new(TimeSpan.Zero,
            [.. partitions.Select(one => new PartitionLag(one.Partition, one.Backlog, one.Backlog, null, null))]);
        _time.Advance(TimeSpan.FromSeconds(1));
        _watch.Look(sample, partitions.ToDictionary(one => one.Partition, one => one.Watermark), _failing, finished, _hasRoom);
    }
}

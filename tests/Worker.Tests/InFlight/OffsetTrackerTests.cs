using Sluice.Worker.InFlight;

namespace Worker.Tests.InFlight;

public sealed class OffsetTrackerTests
{
    private static readonly SourcePartition Partition = new("documents", 3);

    [Fact]
    public void Watermark_waits_for_the_oldest_record()
    {
        OffsetTracker tracker = new(null, TimeProvider.System);
        SourceOffset[] read = [.. new long[] { 5, 6, 7 }.Select(o => tracker.Begin(Partition, o))];
        tracker.Complete(read[1]);
        tracker.Complete(read[2]);
        Assert.Equal(5, Assert.Single(Uncommitted(tracker)).Next);
        tracker.Complete(read[0]);
        Assert.Equal(8, Assert.Single(Uncommitted(tracker)).Next);
    }

    [Fact]
    public void Watermark_steps_over_offsets_that_the_log_does_not_hold()
    {
        OffsetTracker tracker = new(null, TimeProvider.System);
        SourceOffset first = tracker.Begin(Partition, 5);
        tracker.Begin(Partition, 90);
        tracker.Complete(first);
        Assert.Equal(90, Assert.Single(Uncommitted(tracker)).Next);
    }

    [Fact]
    public void Watermark_passes_what_holds_no_record_once_all_before_it_is_done()
    {
        OffsetTracker tracker = new(null, TimeProvider.System);
        SourceOffset first = tracker.Begin(Partition, 5);
        tracker.Advance(Partition, 8);
        Assert.Equal(5, Assert.Single(Uncommitted(tracker)).Next);
        tracker.Complete(first);
        PartitionWatermark watermark = Assert.Single(Uncommitted(tracker));
        Assert.Equal((8, 1), (watermark.Next, watermark.Records));
        tracker.MarkCommitted(watermark);
        tracker.Advance(Partition, 9);
        watermark = Assert.Single(Uncommitted(tracker));
        Assert.Equal((9, 0), (watermark.Next, watermark.Records));
    }

    [Fact]
    public void Nothing_is_passed_of_a_partition_that_is_not_open_nor_backwards()
    {
        OffsetTracker tracker = new(null, TimeProvider.System);
        tracker.Advance(Partition, 8);
        Assert.Null(tracker.Close(Partition));
        tracker.Complete(tracker.Begin(Partition, 5));
        tracker.Advance(Partition, 3);
        Assert.Equal(6, Assert.Single(Uncommitted(tracker)).Next);
    }

    [Fact]
    public void A_partition_that_holds_no_record_is_passed_to_its_end()
    {
        OffsetTracker tracker = new(null, TimeProvider.System);
        tracker.Open(new AssignedPartition(Partition, 5, IsCommitted: true));
        tracker.Advance(Partition, 8);
        PartitionWatermark watermark = Assert.Single(Uncommitted(tracker));
        Assert.Equal((8, 0), (watermark.Next, watermark.Records));
    }

    [Fact]
    public void A_place_that_the_group_does_not_have_is_to_commit_before_a_record_comes_even_when_it_is_taken_away_at_once()
    {
        OffsetTracker tracker = new(null, TimeProvider.System);
        tracker.Open(new AssignedPartition(Partition, 0, IsCommitted: false));
        Assert.Equal((0, 0), (Assert.Single(Uncommitted(tracker)).Next, Uncommitted(tracker)[0].Records));
        Assert.Equal(0, tracker.Close(Partition)!.Value.Next);
    }

    [Fact]
    public void A_place_that_is_not_known_is_committed_once_it_is_and_not_before()
    {
        OffsetTracker tracker = new(null, TimeProvider.System);
        tracker.Open(new AssignedPartition(Partition, null, IsCommitted: false));
        Assert.Empty(Uncommitted(tracker));
        Assert.Null(tracker.Close(Partition));
        tracker.Open(new AssignedPartition(Partition, null, IsCommitted: false));
        tracker.Begin(Partition, 5);
        Assert.Equal(5, Assert.Single(Uncommitted(tracker)).Next);
    }

    [Fact]
    public void A_record_below_the_place_of_its_assignment_begins_a_new_epoch()
    {
        OffsetTracker tracker = new(null, TimeProvider.System);
        tracker.Open(new AssignedPartition(Partition, 500, IsCommitted: true)); // and the log was made anew
        tracker.Complete(tracker.Begin(Partition, 0));
        Assert.Equal(1, Assert.Single(Uncommitted(tracker)).Next);
    }

    [Fact]
    public void What_a_group_refuses_for_good_holds_nothing_back_and_is_offered_again()
    {
        OffsetTracker tracker = new(null, TimeProvider.System);
        tracker.Complete(tracker.Begin(Partition, 5));
        tracker.MarkRefused(Assert.Single(Uncommitted(tracker)));
        Assert.Equal((0, 0), (tracker.Settled, tracker.Uncommitted));
        PartitionWatermark again = Assert.Single(Uncommitted(tracker));
        Assert.Equal((6, 0), (again.Next, again.Records));
        tracker.MarkCommitted(again);
        Assert.Empty(Uncommitted(tracker));
    }

    [Fact]
    public void A_standing_tells_what_is_read_what_is_not_finished_and_how_old_it_is()
    {
        DateTimeOffset time = new(2026, 11, 28, 0, 0, 0, TimeSpan.Zero);
        OffsetTracker tracker = new(null, TimeProvider.System);
        tracker.Open(new AssignedPartition(Partition, 4, IsCommitted: true));
        SourceOffset first = tracker.Begin(Partition, 5, time), second = tracker.Begin(Partition, 6, time.AddSeconds(1));
        tracker.Begin(Partition, 8);
        Assert.Equal(new PartitionStanding(Partition, first.Epoch, 9, 3, 4, time, null, new ReadCounts(5, 3, 0, 0)), Standing(tracker));
        tracker.Complete(second);
        Assert.Equal((2, time), (Standing(tracker).Unfinished, Standing(tracker).OldestTime));
        tracker.Complete(first, isDocument: false);
        Assert.Equal((1, null), (Standing(tracker).Unfinished, Standing(tracker).OldestTime));
        Assert.Equal(new ReadCounts(5, 3, 2, 1), Standing(tracker).Counts);
    }

    [Fact]
    public void A_record_below_what_was_passed_begins_a_new_epoch()
    {
        OffsetTracker tracker = new(null, TimeProvider.System);
        SourceOffset before = tracker.Begin(Partition, 5);
        tracker.Advance(Partition, 8);
        Assert.NotEqual(before.Epoch, tracker.Begin(Partition, 7).Epoch);
    }

    [Fact]
    public void Nothing_but_the_place_is_to_commit_before_a_record_is_done()
    {
        OffsetTracker tracker = new(null, TimeProvider.System);
        tracker.Open(new AssignedPartition(Partition, 5, IsCommitted: true));
        Assert.Empty(Uncommitted(tracker));
        tracker.Begin(Partition, 5);
        Assert.Empty(Uncommitted(tracker));
        Assert.Null(tracker.Close(Partition));
    }

    [Fact]
    public void A_committed_watermark_is_offered_once_and_a_failed_one_again()
    {
        OffsetTracker tracker = new(null, TimeProvider.System);
        tracker.Complete(tracker.Begin(Partition, 5));
        PartitionWatermark failed = Assert.Single(Uncommitted(tracker));
        Assert.Equal(failed, Assert.Single(Uncommitted(tracker)));
        tracker.MarkCommitted(failed);
        Assert.Empty(Uncommitted(tracker));
    }

    [Fact]
    public void Closing_returns_the_watermark_that_is_still_to_commit()
    {
        OffsetTracker tracker = new(null, TimeProvider.System);
        tracker.Complete(tracker.Begin(Partition, 5));
        tracker.Begin(Partition, 6);
        Assert.Equal(6, tracker.Close(Partition)!.Value.Next);
        Assert.Null(tracker.Close(Partition));
        Assert.Equal(0, tracker.Uncommitted - tracker.Settled);
    }

    [Fact]
    public void Late_completion_from_a_revoked_epoch_is_ignored()
    {
        OffsetTracker tracker = new(null, TimeProvider.System);
        tracker.Open(new AssignedPartition(Partition, 5, IsCommitted: true));
        SourceOffset late = tracker.Begin(Partition, 5);
        tracker.Close(Partition);
        tracker.Open(new AssignedPartition(Partition, 5, IsCommitted: true));
        SourceOffset again = tracker.Begin(Partition, 5);
        Assert.False(tracker.IsCurrent(late));
        Assert.False(tracker.Complete(late));
        Assert.Empty(Uncommitted(tracker));
        Assert.True(tracker.IsCurrent(again));
        Assert.True(tracker.Complete(again));
        Assert.Equal(6, Assert.Single(Uncommitted(tracker)).Next);
    }

    [Fact]
    public void A_commit_that_returns_after_its_epoch_marks_nothing()
    {
        OffsetTracker tracker = new(null, TimeProvider.System);
        tracker.Complete(tracker.Begin(Partition, 5));
        PartitionWatermark old = tracker.Close(Partition)!.Value;
        tracker.Open(new AssignedPartition(Partition, 5, IsCommitted: true));
        tracker.Complete(tracker.Begin(Partition, 5));
        tracker.MarkCommitted(old);
        Assert.Equal(6, Assert.Single(Uncommitted(tracker)).Next);
    }

    [Fact]
    public void A_log_that_goes_backwards_begins_a_new_epoch()
    {
        OffsetTracker tracker = new(null, TimeProvider.System);
        SourceOffset before = tracker.Begin(Partition, 100);
        SourceOffset after = tracker.Begin(Partition, 0);
        Assert.NotEqual(before.Epoch, after.Epoch);
        Assert.False(tracker.Complete(before));
        Assert.True(tracker.Complete(after));
        Assert.Equal(1, Assert.Single(Uncommitted(tracker)).Next);
    }

    [Fact]
    public void A_record_completes_once()
    {
        OffsetTracker tracker = new(null, TimeProvider.System);
        tracker.Begin(Partition, 4);
        SourceOffset source = tracker.Begin(Partition, 5);
        Assert.True(tracker.Complete(source));
        Assert.False(tracker.Complete(source));
    }

    [Fact]
    public void Ten_thousand_records_complete_backwards()
    {
        OffsetTracker tracker = new(null, TimeProvider.System);
        SourceOffset[] read = [.. Enumerable.Range(0, 10_000).Select(o => tracker.Begin(Partition, o * 3))];
        foreach (SourceOffset source in read.Reverse())
        {
            Assert.Equal(0, Assert.Single(Uncommitted(tracker)).Next);
            Assert.True(tracker.Complete(source));
        }

        Assert.Equal(29_998, Assert.Single(Uncommitted(tracker)).Next);
    }

    private static PartitionStanding Standing(OffsetTracker tracker)
    {
        List<PartitionStanding> standings = [];
        tracker.AddStandings(standings);
        return Assert.Single(standings);
    }

    private static List<PartitionWatermark> Uncommitted(OffsetTracker tracker)
    {
        List<PartitionWatermark> watermarks = [];
        tracker.AddUncommitted(watermarks);
        return watermarks;
    }
}

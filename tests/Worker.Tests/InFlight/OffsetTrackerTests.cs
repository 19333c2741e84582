using Sluice.Worker.InFlight;

namespace Worker.Tests.InFlight;

public sealed class OffsetTrackerTests
{
    private static readonly SourcePartition Partition = new("documents", 3);

    [Fact]
    public void Watermark_waits_for_the_oldest_record()
    {
        OffsetTracker tracker = new();
        SourceOffset[] read = [.. new long[] { 5, 6, 7 }.Select(o => tracker.Begin(Partition, o))];
        tracker.Complete(read[1]);
        tracker.Complete(read[2]);
        Assert.Empty(Uncommitted(tracker));
        tracker.Complete(read[0]);
        Assert.Equal(8, Assert.Single(Uncommitted(tracker)).Next);
    }

    [Fact]
    public void Watermark_steps_over_offsets_that_the_log_does_not_hold()
    {
        OffsetTracker tracker = new();
        SourceOffset first = tracker.Begin(Partition, 5);
        tracker.Begin(Partition, 90);
        tracker.Complete(first);
        Assert.Equal(90, Assert.Single(Uncommitted(tracker)).Next);
    }

    [Fact]
    public void Watermark_passes_what_holds_no_record_once_all_before_it_is_done()
    {
        OffsetTracker tracker = new();
        SourceOffset first = tracker.Begin(Partition, 5);
        tracker.Advance(Partition, 8);
        Assert.Empty(Uncommitted(tracker));
        tracker.Complete(first);
        PartitionWatermark watermark = Assert.Single(Uncommitted(tracker));
        Assert.Equal((8, 1), (watermark.Next, watermark.Records));
        tracker.MarkCommitted(watermark);
        tracker.Advance(Partition, 9);
        watermark = Assert.Single(Uncommitted(tracker));
        Assert.Equal((9, 0), (watermark.Next, watermark.Records));
    }

    [Fact]
    public void Nothing_is_passed_of_a_partition_before_its_first_record_nor_backwards()
    {
        OffsetTracker tracker = new();
        tracker.Advance(Partition, 8);
        tracker.Open(Partition);
        tracker.Advance(Partition, 8);
        Assert.Null(tracker.Close(Partition));
        tracker.Complete(tracker.Begin(Partition, 5));
        tracker.Advance(Partition, 3);
        Assert.Equal(6, Assert.Single(Uncommitted(tracker)).Next);
    }

    [Fact]
    public void A_record_below_what_was_passed_begins_a_new_epoch()
    {
        OffsetTracker tracker = new();
        SourceOffset before = tracker.Begin(Partition, 5);
        tracker.Advance(Partition, 8);
        Assert.NotEqual(before.Epoch, tracker.Begin(Partition, 7).Epoch);
    }

    [Fact]
    public void Nothing_is_to_commit_before_a_record_is_done()
    {
        OffsetTracker tracker = new();
        tracker.Open(Partition);
        Assert.Empty(Uncommitted(tracker));
        tracker.Begin(Partition, 5);
        Assert.Empty(Uncommitted(tracker));
        Assert.Null(tracker.Close(Partition));
    }

    [Fact]
    public void A_committed_watermark_is_offered_once_and_a_failed_one_again()
    {
        OffsetTracker tracker = new();
        tracker.Complete(tracker.Begin(Partition, 5));
        PartitionWatermark failed = Assert.Single(Uncommitted(tracker));
        Assert.Equal(failed, Assert.Single(Uncommitted(tracker)));
        tracker.MarkCommitted(failed);
        Assert.Empty(Uncommitted(tracker));
    }

    [Fact]
    public void Closing_returns_the_watermark_that_is_still_to_commit()
    {
        OffsetTracker tracker = new();
        tracker.Complete(tracker.Begin(Partition, 5));
        tracker.Begin(Partition, 6);
        Assert.Equal(6, tracker.Close(Partition)!.Value.Next);
        Assert.Null(tracker.Close(Partition));
        Assert.Equal(0, tracker.Uncommitted - tracker.Settled);
    }

    [Fact]
    public void Late_completion_from_a_revoked_epoch_is_ignored()
    {
        OffsetTracker tracker = new();
        tracker.Open(Partition);
        SourceOffset late = tracker.Begin(Partition, 5);
        tracker.Close(Partition);
        tracker.Open(Partition);
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
        OffsetTracker tracker = new();
        tracker.Complete(tracker.Begin(Partition, 5));
        PartitionWatermark old = tracker.Close(Partition)!.Value;
        tracker.Open(Partition);
        tracker.Complete(tracker.Begin(Partition, 5));
        tracker.MarkCommitted(old);
        Assert.Equal(6, Assert.Single(Uncommitted(tracker)).Next);
    }

    [Fact]
    public void A_log_that_goes_backwards_begins_a_new_epoch()
    {
        OffsetTracker tracker = new();
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
        OffsetTracker tracker = new();
        tracker.Begin(Partition, 4);
        SourceOffset source = tracker.Begin(Partition, 5);
        Assert.True(tracker.Complete(source));
        Assert.False(tracker.Complete(source));
    }

    [Fact]
    public void Ten_thousand_records_complete_backwards()
    {
        OffsetTracker tracker = new();
        SourceOffset[] read = [.. Enumerable.Range(0, 10_000).Select(o => tracker.Begin(Partition, o * 3))];
        foreach (SourceOffset source in read.Reverse())
        {
            Assert.Empty(Uncommitted(tracker));
            Assert.True(tracker.Complete(source));
        }

        Assert.Equal(29_998, Assert.Single(Uncommitted(tracker)).Next);
    }

    private static List<PartitionWatermark> Uncommitted(OffsetTracker tracker)
    {
        List<PartitionWatermark> watermarks = [];
        tracker.AddUncommitted(watermarks);
        return watermarks;
    }
}

using Microsoft.Extensions.Time.Testing;
using Sluice.Worker.InFlight;

namespace Worker.Tests.InFlight;

/// <summary>How far beyond its committed offset a partition is worked on, and what a stop or a rebalance finishes of it.</summary>
public sealed class ReplayWindowTests
{
    private static readonly SourcePartition Mails = new("mails", 0), Other = new("mails", 1);

    private readonly FakeTimeProvider _time = new();
    private readonly InFlightRecords _records;
    private readonly List<Envelope> _given = [];

    public ReplayWindowTests()
    {
        _records = new InFlightRecords(new InFlightLimits(10_000, 1_000_000, 1 << 30, ReplayWindow: 500), _time)
        {
            MaxTokensPerDocument = 8,
        };
        _records.Open(new AssignedPartition(Mails, 0, IsCommitted: true));
        _records.Open(new AssignedPartition(Other, 0, IsCommitted: true));
    }

    [Fact]
    public void No_more_than_the_window_is_given_out_before_a_commit_and_other_partitions_are_not_held_up()
    {
        Read(Mails, 0, 1000);
        Read(Other, 0, 10);
        Assert.Equal(ReplayPace.Least + 10, Take().Count);
        Assert.Equal(1000 - ReplayPace.Least, _records.Beyond);
    }

    [Fact]
    public void A_commit_lets_as_many_go_on_as_it_covers()
    {
        Read(Mails, 0, 1000);
        foreach (Envelope first in Take().Take(40)) _records.Finish(first, RecordOutcome.Labelled);
        Assert.Empty(Take()); // done, and not committed: a crash would repeat them
        Assert.True(_records.CommitPresses);
        Commit();
        Assert.False(_records.CommitPresses);
        Assert.Equal(40, Take().Count);
    }

    [Fact]
    public void What_is_done_out_of_order_frees_nothing_until_the_oldest_is()
    {
        Read(Mails, 0, 200);
        List<Envelope> window = Take();
        foreach (Envelope later in window.Skip(1)) _records.Finish(later, RecordOutcome.Labelled);
        Commit();
        Assert.Empty(Take());
        _records.Finish(window[0], RecordOutcome.Labelled);
        Commit();
        Assert.Equal(window.Count, Take().Count);
    }

    [Fact]
    public void While_one_waits_for_what_is_not_here_the_others_are_not_held_up()
    {
        Read(Mails, 0, 500);
        List<Envelope> window = Take();
        _records.Park(window[0]);
        Assert.Equal(500 - window.Count, Take().Count);
        Read(Mails, 500, 600);
        Assert.Equal(100, Take().Count);
        _records.Finish(window[0], RecordOutcome.Rejected);
        Read(Mails, 600, 700);
        Assert.Empty(Take());
    }

    [Fact]
    public void Rejected_documents_that_are_held_back_do_not_stop_the_judging_of_more()
    {
        Read(Mails, 0, 300);
        foreach (Envelope rejected in Take()) _records.SetApart(rejected);
        Assert.Equal(300 - ReplayPace.Least, Take().Count);
    }

    [Theory]
    [InlineData(10, 64)] // what is done in five seconds is less than a batch wants to choose from
    [InlineData(50, 250)]
    [InlineData(200, 500)]
    [InlineData(2000, 2000)]
    public void The_window_is_a_second_s_work_or_the_limit_and_no_more_than_five_seconds_of_a_slow_worker(int perSecond, int window)
    {
        ReplayPace pace = new(500, _time);
        for (int second = 0; second < 30; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            pace.Committed(perSecond);
        }

        Assert.InRange(pace.Window, window - 1, window);
    }

    [Fact]
    public void A_stop_hands_back_what_no_label_lies_behind_and_finishes_the_rest()
    {
        Read(Mails, 0, 100);
        List<Envelope> window = Take();
        Assert.True(_records.TryTake(window[20]));
        _records.Complete();
        _records.HandBack();
        Assert.All(window.Take(20), before => Assert.True(_records.TryTake(before)));
        Assert.All(window.Skip(21), behind => Assert.False(_records.TryTake(behind)));
        Assert.Equal(0, _records.Beyond);
        foreach (Envelope one in window.Take(21)) _records.Finish(one, RecordOutcome.Labelled);
        foreach (Envelope one in window.Skip(21)) _records.Finish(one, RecordOutcome.Dropped);
        Assert.Equal(21, Commit()[Mails]);
        Assert.Equal(0, _records.Documents);
    }

    [Fact]
    public void A_partition_that_is_taken_away_waits_for_what_lies_before_a_label_and_for_no_longer_than_its_bound()
    {
        Read(Mails, 0, 10);
        List<Envelope> window = Take();
        Assert.True(_records.TryTake(window[5]));
        foreach (Envelope one in window.Take(6)) _records.Finish(one, RecordOutcome.Labelled);
        _records.FinishFronts([Mails, Other], TimeSpan.FromDays(1)); // nothing to wait for: it returns
        Assert.False(_records.TryTake(window[6]));
        Assert.Equal(6, _records.Close(Mails)!.Value.Next);
    }

    [Fact]
    public void What_is_kept_back_of_a_partition_that_is_taken_away_goes_on_to_be_dropped()
    {
        Read(Mails, 0, 300);
        _records.Close(Mails);
        List<Envelope> all = Take();
        Assert.Equal(300, all.Count);
        Assert.All(all, one => Assert.False(_records.IsCurrent(one)));
    }

    private void Read(SourcePartition partition, long from, long to)
    {
        for (long offset = from; offset < to; offset++)
            Assert.True(_records.Enter(new InboundRecord(partition, offset, null, [1], [], null)));
    }

    private List<Envelope> Take()
    {
        _given.Clear();
        while (_records.ToDecode.TryRead(out SourceRecord record)) _given.Add(record.Envelope);
        return [.. _given];
    }

    private Dictionary<SourcePartition, long> Commit()
    {
        List<PartitionWatermark> watermarks = [];
        _records.AddUncommitted(watermarks);
        foreach (PartitionWatermark watermark in watermarks) _records.MarkCommitted(watermark);
        return watermarks.ToDictionary(watermark => watermark.Partition, watermark => watermark.Next);
    }
}

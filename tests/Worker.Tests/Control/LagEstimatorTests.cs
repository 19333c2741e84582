using FsCheck;
using FsCheck.Fluent;
using Sluice.Worker.Control;
using Sluice.Worker.InFlight;

namespace Worker.Tests.Control;

public sealed class LagEstimatorTests
{
    private static readonly SourcePartition First = new("mails", 0), Second = new("mails", 1);
    private static readonly DateTimeOffset Noon = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    private readonly LagEstimator _estimator = new();
    private TimeSpan _at = TimeSpan.FromSeconds(100);

    [Fact]
    public void Lag_is_from_the_commit_to_the_end_and_backlog_from_the_place_to_what_can_be_read_with_what_is_in_flight()
    {
        PartitionLag lag = Add(Seen(next: 40, unfinished: 3, committed: 30, start: 0, readable: 50, end: 55)).Partitions[0];
        Assert.Equal((25, 13, 40, 10), (lag.LagMessages, lag.BacklogRecords, lag.Place, lag.Unread));
    }

    [Fact]
    public void What_is_unknown_is_null_and_the_totals_are_of_what_is_known()
    {
        LagSample none = Add(Seen(next: 40, unfinished: 3, committed: 30), Seen(second: true));
        Assert.Equal((null, null, null, null, 2),
            (none.LagMessages, none.BacklogRecords, none.ArrivalsPerSecond, none.RecordAge, none.UnknownPartitions));
        LagSample one = Add(Seen(next: 40, committed: 40, readable: 50, end: 50), Seen(second: true, readable: 70, end: 70));
        Assert.Equal((10, 10, 1), (one.LagMessages, one.BacklogRecords, one.UnknownPartitions));
        LagSample empty = Add();
        Assert.Equal((0, 0, 0.0, null, 0),
            (empty.LagMessages, empty.BacklogRecords, empty.ArrivalsPerSecond, empty.RecordAge, empty.UnknownPartitions));
    }

    [Fact]
    public void A_silent_broker_makes_it_unknown_and_not_zero()
    {
        PartitionObservation seen = Seen(next: 50, committed: 50, readable: 50, end: 50);
        Add(seen);
        _at += LagEstimator.Stale - TimeSpan.FromMilliseconds(100);
        Assert.Equal(0, Add(seen).BacklogRecords);
        LagSample late = Add(seen);
        Assert.Equal((null, null, null), (late.LagMessages, late.BacklogRecords, late.ArrivalsPerSecond));
    }

    [Fact]
    public void What_retention_took_before_it_was_read_is_no_backlog() =>
        Assert.Equal(20, Add(Seen(next: 40, committed: 40, start: 80, readable: 100, end: 100)).BacklogRecords);

    [Fact]
    public void A_place_ahead_of_the_last_answer_and_a_log_made_anew_are_no_negative_lag()
    {
        LagSample sample = Add(Seen(next: 60, unfinished: 2, committed: 60, readable: 50, end: 50));
        Assert.Equal((0, 2), (sample.LagMessages, sample.BacklogRecords));
    }

    [Fact]
    public void The_end_is_never_before_what_can_be_read() => // it is asked for less often
        Assert.Equal(50, Add(Seen(next: 0, committed: 0, readable: 50, end: 10)).LagMessages);

    [Theory]
    [InlineData(100, 0.39)]
    [InlineData(200, 0.63)]
    [InlineData(500, 0.91)]
    public void A_burst_shows_in_the_arrivals_by_its_time_constant(int milliseconds, double share)
    {
        long end = 0;
        for (int i = 0; i < 50; i++) Grow(perSecond: 100);
        double? rate = 100;
        for (int i = 0; i < milliseconds / 100; i++) rate = Grow(perSecond: 2000);
        Assert.InRange((rate!.Value - 100) / 1900, share - 0.01, share + 0.01);

        double? Grow(long perSecond) => Add(Seen(next: 0, readable: end += perSecond / 10)).ArrivalsPerSecond;
    }

    [Fact]
    public void Arrivals_are_unknown_before_two_answers_and_after_a_log_was_made_anew()
    {
        Assert.Null(Add(Seen(next: 0, readable: 100)).ArrivalsPerSecond);
        Assert.Equal(500, Add(Seen(next: 0, readable: 150)).ArrivalsPerSecond!.Value, 6);
        Assert.Null(Add(Seen(next: 0, readable: 10)).ArrivalsPerSecond);
        Assert.Equal(100, Add(Seen(next: 0, readable: 20)).ArrivalsPerSecond!.Value, 6);
    }

    [Fact]
    public void An_answer_that_is_seen_twice_is_one()
    {
        Add(Seen(next: 0, readable: 100));
        PartitionObservation seen = Seen(next: 0, readable: 150);
        double? rate = Add(seen).ArrivalsPerSecond;
        Assert.Equal(rate, Add(seen).ArrivalsPerSecond);
    }

    [Theory]
    [InlineData(-5, 5)]
    [InlineData(-31_536_000, 31_536_000)] // what a wrong clock says
    [InlineData(1, 0)] // clocks are never quite the same
    [InlineData(7200, null)] // a producer whose clock is ahead
    [InlineData(null, null)]
    public void Age_is_by_the_oldest_unfinished_records_own_time_and_never_negative(int? seconds, int? age)
    {
        PartitionObservation seen = Seen(next: 40, unfinished: 1, oldest: seconds, readable: 40);
        Assert.Equal(age, Add(seen).RecordAge?.TotalSeconds);
    }

    [Fact]
    public void Of_what_is_not_read_yet_the_age_is_bounded_by_the_last_record_and_by_when_it_was_seen()
    {
        Assert.Null(Add(Seen(next: 40, readable: 50)).RecordAge); // nothing is known of its time
        Assert.Equal(9, Add(Seen(next: 45, readable: 50, last: -9)).RecordAge!.Value.TotalSeconds);
        Assert.Null(Add(Seen(next: 50, readable: 50, last: -9)).RecordAge); // all is read
        Assert.Equal(0, Add(Seen(next: 50, readable: 60, last: -3600)).RecordAge!.Value.TotalSeconds); // of an idle hour it says nothing
        Assert.Equal(0.1, Add(Seen(next: 50, readable: 60, last: -3600)).RecordAge!.Value.TotalSeconds, 6);
        Assert.Equal(0.2, Add(Seen(next: 50, readable: 60, last: 7200)).RecordAge!.Value.TotalSeconds, 6); // a wrong clock says nothing
    }

    /// <summary>A transaction of one document each: a marker after every record.</summary>
    [Fact]
    public void Offsets_that_are_no_documents_are_lag_as_kafka_shows_it_and_no_work_for_the_model()
    {
        LagSample sample = null!;
        for (int offsets = 0; offsets <= 2000; offsets += 10)
            sample = Add(SeenOf(new ReadCounts(offsets, offsets / 2, offsets / 2, offsets / 2), readable: offsets + 100));
        Assert.Equal((100, 100), (sample.BacklogRecords!.Value, Math.Round(sample.ArrivalsPerSecond!.Value, 6)));
        DocumentLag documents = DocumentLag.Of(sample, []);
        Assert.InRange(documents.Backlog!.Value, 49.5, 51);
        Assert.InRange(documents.ArrivalsPerSecond!.Value, 49.5, 51);
        Assert.Equal(new DocumentLag(0, 0), DocumentLag.Of(sample, sample.Partitions));
    }

    [Fact]
    public void What_is_in_flight_is_counted_whole()
    {
        PartitionLag lag = new(First, 17, 17, 1, null) { Unread = 10, DocumentShare = 0.5 };
        Assert.Equal(7 + 5, DocumentLag.Of(new LagSample(_at, [lag]), []).Backlog);
    }

    [Fact]
    public void A_log_with_gaps_is_read_as_documents_again_some_hundred_records_later_also_by_a_later_assignment()
    {
        Add(SeenOf(new ReadCounts(0, 0, 0, 0), readable: 2_000_000));
        Assert.InRange(Share(new ReadCounts(1_000_000, 10, 10, 10), epoch: 1), 1e-6, 1e-3); // retention took what was not read
        Assert.InRange(Share(new ReadCounts(600, 600, 600, 600), epoch: 2), 0.9, 1);
        Assert.InRange(Share(new ReadCounts(600, 600, 600, 600), epoch: 3), 0.99, 1);

        double Share(ReadCounts counts, int epoch) => Add(SeenOf(counts, 2_000_000, epoch)).Partitions[0].DocumentShare;
    }

    [Fact]
    public void Tombstones_and_rejects_are_no_documents_and_a_marker_at_first_says_little()
    {
        Assert.InRange(Add(SeenOf(new ReadCounts(2, 0, 0, 0), readable: 100)).Partitions[0].DocumentShare, 0.85, 0.95);
        Assert.InRange(Add(SeenOf(new ReadCounts(1002, 1000, 1000, 100), readable: 100)).Partitions[0].DocumentShare, 0.09, 0.12);
    }

    [Fact]
    public void A_partition_that_is_gone_is_gone_and_one_that_comes_again_begins_anew()
    {
        Add(Seen(next: 0, readable: 100), Seen(second: true, next: 0, readable: 100));
        Add(Seen(next: 0, readable: 100), Seen(second: true, next: 0, readable: 100));
        Assert.Equal([First], Add(Seen(next: 0, readable: 100)).Partitions.Select(lag => lag.Partition));
        Assert.Null(Add(Seen(second: true, next: 0, readable: 100)).ArrivalsPerSecond);
    }

    /// <summary>A log grows, has gaps, is read and finished in any order: the backlog is never less than the records that are there, never
    /// negative, and 0 when all is read and finished.</summary>
    [Fact]
    public void Backlog_bounds_what_is_there_on_any_history() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => Replay(new Random(seed))).Check(Config.QuickThrowOnFailure);

    private static void Replay(Random random)
    {
        LagEstimator estimator = new();
        OffsetTracker tracker = new(null, TimeProvider.System);
        List<long> log = [];
        List<SourceOffset> reading = [];
        long end = random.Next(5), next = 0, committed = random.Next(2) == 0 ? 0 : -1;
        tracker.Open(new AssignedPartition(First, 0, committed == 0));
        for (int step = 0; step < 300; step++)
        {
            switch (random.Next(6))
            {
                case 0 or 1: // a record, or a gap: a marker, what was compacted or aborted
                    if (random.Next(4) > 0) log.Add(end);
                    end++;
                    break;
                case 2 or 3 when log.Exists(offset => offset >= next):
                    next = log.Find(offset => offset >= next) + 1;
                    reading.Add(tracker.Begin(First, next - 1));
                    break;
                case 4 when reading.Count > 0:
                    SourceOffset done = reading[random.Next(reading.Count)];
                    reading.Remove(done);
                    tracker.Complete(done);
                    break;
                case 5 when !log.Exists(offset => offset >= next): // the end of what is read
                    tracker.Advance(First, next = end);
                    break;
            }

            List<PartitionStanding> standings = [];
            tracker.AddStandings(standings);
            OffsetAnswer answer = new(end, TimeSpan.FromMilliseconds(100 * step));
            PartitionLag lag = estimator.Add(answer.At, Noon, [new PartitionObservation(standings[0], null, answer, answer)]).Partitions[0];
            int there = log.Count(offset => offset >= next) + reading.Count;
            Assert.InRange(lag.BacklogRecords!.Value, there, end);
            if (reading.Count == 0 && next == end) Assert.Equal(0, lag.BacklogRecords);
            Assert.True(lag.ArrivalsPerSecond is null or >= 0);
        }
    }

    private LagSample Add(params PartitionObservation[] seen)
    {
        LagSample sample = _estimator.Add(_at, Noon, seen);
        _at += TimeSpan.FromMilliseconds(100);
        return sample;
    }

    private PartitionObservation Seen(bool second = false, long? next = null, int unfinished = 0, long? committed = null,
        long? start = null, long? readable = null, long? end = null, int? oldest = null, int? last = null) =>
        new(new PartitionStanding(second ? Second : First, 1, next, unfinished, committed, TimeOf(oldest), TimeOf(last)),
            Answer(start), Answer(readable), Answer(end));

    private PartitionObservation SeenOf(ReadCounts counts, long readable, int epoch = 1) => new(
        new PartitionStanding(First, epoch, counts.Offsets, 0, null, null, null, counts), null, Answer(readable), Answer(readable));

    private OffsetAnswer? Answer(long? offset) => offset is { } o ? new OffsetAnswer(o, _at) : null;

    private static DateTimeOffset? TimeOf(int? seconds) => seconds is { } s ? Noon.AddSeconds(s) : null;
}

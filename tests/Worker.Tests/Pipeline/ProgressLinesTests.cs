using Microsoft.Extensions.Time.Testing;
using Sluice.Inference.Batching;
using Sluice.Inference.Modes;
using Sluice.Worker.Control;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;
using Sluice.Worker.Observability;
using Sluice.Worker.Pipeline;

namespace Worker.Tests.Pipeline;

public sealed class ProgressLinesTests
{
    private static readonly LagSample Assigned = Sample(60, 10, null), Unknown = Sample(null, null, null);

    private readonly FakeTimeProvider _time = new();
    private readonly Lines<ProgressLog> _lines = new();
    private readonly InFlightRecords _records = new(new InFlightLimits(100, 100_000, 100_000), TimeProvider.System)
    {
        MaxTokensPerDocument = 512,
    };
    private readonly PipelineProgress _progress;
    private readonly ProgressLines _report;
    private long _offset;

    public ProgressLinesTests()
    {
        _progress = new PipelineProgress(_records);
        _report = new ProgressLines(_progress.Snapshot(), new KafkaOptions { InputTopics = ["mails", "letters"], GroupId = "labels" },
            TimeSpan.FromSeconds(60), _time, _lines);
    }

    [Fact]
    public void A_line_tells_what_happened_since_the_last_one()
    {
        Label(documents: 40, tokens: 1000);
        Finish(RecordOutcome.Rejected);
        Tick(inFlight: 5, Assigned);
        Label(documents: 5, tokens: 100);
        Tick(inFlight: 0, Unknown);
        Assert.Equal(
            ["40 documents labelled, 4.0/s, 100 tokens/s, 1 rejected; 5 in flight, lag 70",
                "5 documents labelled, 0.5/s, 10 tokens/s, 0 rejected; 0 in flight, lag unknown"],
            _lines.Seen);
        Assert.Equal(70L, _lines.Fields[0]["Lag"]); // a number, as the other fields are
        Assert.DoesNotContain("Lag", _lines.Fields[1].Keys);
    }

    [Fact]
    public void Documents_that_are_held_back_are_told_beside_those_in_flight()
    {
        Tick(inFlight: 5, Assigned, held: 4);
        Assert.EndsWith("0 rejected; 5 in flight, lag 70", _lines.Seen[0], StringComparison.Ordinal);
        Assert.Equal("Of the documents in flight 4 are rejected and held back, until a label is delivered or no record was read for 60 s",
            _lines.Seen[1]);
    }

    [Fact]
    public void The_age_of_the_oldest_document_is_told_where_it_is_known()
    {
        Label(documents: 40, tokens: 1000);
        Tick(inFlight: 5, new LagSample(TimeSpan.Zero,
            [new PartitionLag(new SourcePartition("mails", 0), 70, 60, null, TimeSpan.FromSeconds(2.5)), .. Assigned.Partitions]));
        Assert.Equal(["40 documents labelled, 4.0/s, 100 tokens/s, 0 rejected; 5 in flight, lag 140, the oldest is 2.5 s old"],
            _lines.Seen);
    }

    [Fact]
    public void Who_debugs_is_told_of_the_batches_and_of_memory()
    {
        _progress.Batches.Note(Mode.Teacher(Precision.Int8), BatchShape.Of(40, 50), predictedMs: 9, measuredMs: 10);
        _progress.Batches.Note(Mode.Teacher(Precision.Int8), BatchShape.Lone(30), predictedMs: 5, measuredMs: 5);
        Tick(inFlight: 0, Assigned);
        string line = Assert.Single(_lines.Seen);
        Assert.StartsWith("2 batches of 1.5 documents, sparing 7.7", line, StringComparison.Ordinal);
        Assert.Matches("; [1-9][0-9]* MiB in memory: [0-9]+ managed, [0-9]+ of ONNX Runtime's arena, "
            + "[0-9]+ of the rest of the native heap, [0-9]+ other$", line);
    }

    [Fact]
    public void While_nothing_happens_nothing_is_told()
    {
        for (int i = 0; i < 100; i++) Tick(inFlight: 0, Assigned);
        Assert.Empty(_lines.Seen);
    }

    [Fact]
    public void Documents_that_stay_where_they_are_are_told_once_a_minute()
    {
        for (int i = 0; i < 12; i++) Tick(inFlight: 5, Assigned);
        Assert.Equal(2, _lines.Seen.Count);
        Assert.StartsWith("0 documents labelled, 0.0/s, 0 tokens/s, 0 rejected; 5 in flight", _lines.Seen[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_worker_without_partitions_says_what_it_waits_for_once_a_minute()
    {
        Tick(inFlight: 0, null);
        for (int i = 0; i < 12; i++) Tick(inFlight: 0, Sample());
        Assert.Equal(2, _lines.Seen.Count);
        Assert.StartsWith("Waiting for partitions of mails, letters: group labels has given this worker none.", _lines.Seen[0],
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_end_tells_the_totals_and_nothing_where_nothing_was_done()
    {
        _report.Total(_progress.Snapshot());
        Assert.Empty(_lines.Seen);
        Label(documents: 40, tokens: 1000);
        _time.Advance(TimeSpan.FromSeconds(20));
        Finish(RecordOutcome.Tombstone);
        _report.Total(_progress.Snapshot());
        Assert.Equal(["In all: 40 documents labelled, 0 rejected, 1 tombstones passed on, 1000 tokens in 20.0 s, 2.0 documents/s"],
            _lines.Seen);
    }

    private static LagSample Sample(params long?[] lags) =>
        new(TimeSpan.Zero, [.. lags.Select((lag, i) => new PartitionLag(new SourcePartition("mails", i), lag, lag, null, null))]);

    private void Tick(long inFlight, LagSample? sample, int held = 0)
    {
        _time.Advance(TimeSpan.FromSeconds(10));
        _report.Tick(_progress.Snapshot(), inFlight, held, sample);
    }

    private void Label(int documents, int tokens)
    {
        _progress.Labelled(documents, tokens);
        for (int i = 0; i < documents; i++) Finish(RecordOutcome.Labelled);
    }

    private void Finish(RecordOutcome outcome)
    {
        _records.Enter(new InboundRecord(new SourcePartition("mails", 0), _offset++, null, [], [], null));
        Assert.True(_records.ToDecode.TryRead(out SourceRecord record));
        _records.Finish(record.Envelope, outcome);
    }
}

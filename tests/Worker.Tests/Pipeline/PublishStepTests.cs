using System.Buffers;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Tokenization;
using Sluice.Schemas;
using Sluice.Worker.Configuration;
using Sluice.Worker.Delivery;
using Sluice.Worker.Documents;
using Sluice.Worker.Faults;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;
using Sluice.Worker.Observability;
using Sluice.Worker.Pipeline;
using Worker.Tests.Delivery;

namespace Worker.Tests.Pipeline;

public sealed class PublishStepTests : IAsyncLifetime
{
    private static readonly ModelIdentity Model = new("tiny", "1.0.0", ["no", "yes"], 32, "sha256:ab");
    private static readonly SendFailure TooLarge = new(ErrorCode.MsgSizeTooLarge, "too large"),
        NoPartition = new(ErrorCode.Local_UnknownPartition, "no such partition"), Invalid = new(ErrorCode.InvalidRecord, "it has no key"),
        NotAllowed = new(ErrorCode.TopicAuthorizationFailed, "not allowed");

    private readonly Wire _wire = new();
    private readonly InFlightRecords _records = new(new InFlightLimits(100, 100_000, 100_000), TimeProvider.System);
    private readonly PipelineFailure _failure = new(new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance), new Redaction([]),
        NullLogger<PipelineFailure>.Instance);
    private readonly Lines<RefusedRecords> _lines = new();
    private readonly Lines<RejectionLog> _rejections = new();
    private readonly PipelineProgress _progress;
    private readonly HeldLabels _held;
    private readonly PublishStep _step;
    private readonly Task _refused;
    private long _offset = 7;

    public PublishStepTests()
    {
        _progress = new PipelineProgress(_records);
        KafkaOptions kafka = new() { OutputTopic = "labels", DeadLetterTopic = "dead" };
        OutputPartitions partitions = Partitionings.BySource(4);
        DeadLetters deadLetters = new(kafka, partitions, new DeadLetterOptions());
        RefusedRecords refused = new(kafka, deadLetters, _lines);
        AtLeastOnce delivery = Deliveries.AtLeastOnce(_wire.Send, refused, Brakes.Off(_records, _failure), _rejections, _records,
            _progress, _failure);
        _held = new HeldLabels(delivery.Send, TimeProvider.System);
        _step = new PublishStep(kafka, _held, delivery, deadLetters, partitions, TimeProvider.System) { Labels = new AvroLabels(3) };
        _refused = delivery.RunRefusedAsync(_failure.Stop);
    }

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        _failure.StopNow();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _refused);
    }

    [Fact]
    public async Task A_label_goes_out_with_its_record_s_key_and_headers_and_its_delivery_finishes_the_record()
    {
        Envelope record = Label();
        Assert.Equal((1, 0), (_records.Documents, _records.Settled));
        OutboundRecord sent = await _wire.AnswerAsync();
        Assert.Equal(("labels", record.Key, record.Headers, false), (sent.Topic, sent.Key, sent.Headers, sent.Alone));
        Prediction prediction = PredictionOf(sent);
        Assert.Equal(("d", "yes", 3), (prediction.DocumentId, prediction.Label, prediction.Tokens));
        Assert.Equal(("mails", 7), (prediction.SourceTopic, prediction.SourceOffset));
        Assert.Equal((0, 1), (_records.Documents, _records.Settled));
        Assert.Equal(1, _records.Counts.Published);
        Assert.Equal(new Dictionary<Mode, long> { [Mode.Teacher(Precision.Int8)] = 1 }, _progress.LabelsByMode.Read());
        Assert.Empty(_progress.DeadLettersByReason.Read());
    }

    /// <summary>Its own schema is named before its value, and readers look into the header first.</summary>
    [Fact]
    public async Task A_label_does_not_carry_on_the_header_that_names_its_document_s_schema_and_a_dead_letter_record_does()
    {
        RecordHeader[] headers = [new(SchemaFrame.Header, [0, 0, 0, 0, 9]), new("trace", [1])];
        Label(headers);
        Assert.Equal(headers[1], Assert.Single((await _wire.AnswerAsync()).Headers));
        _step.Reject(Enter(headers), [1, 2], new Rejection(RejectionReason.WireFormat, "why"));
        Assert.Equal(headers, (await _wire.AnswerAsync()).Headers.Take(2));
        _step.Tombstone(Enter(headers));
        Assert.Equal(headers, (await _wire.AnswerAsync()).Headers);
    }

    [Fact]
    public async Task A_label_in_JSON_goes_out_with_nothing_before_it_and_no_header_more_than_its_record_has()
    {
        _step.Labels = new JsonLabels();
        Envelope record = Label();
        OutboundRecord sent = await _wire.AnswerAsync();
        Assert.Equal((record.Key, record.Headers), (sent.Key, sent.Headers));
        using JsonDocument label = JsonDocument.Parse(sent.Value);
        Assert.Equal(("d", "yes", 7), (label.RootElement.GetProperty("document_id").GetString(),
            label.RootElement.GetProperty("label").GetString(), label.RootElement.GetProperty("source_offset").GetInt64()));
    }

    [Fact]
    public async Task A_tombstone_goes_out_without_a_value()
    {
        _step.Tombstone(Enter());
        OutboundRecord sent = await _wire.AnswerAsync();
        Assert.Equal(("labels", true), (sent.Topic, sent.Value is null));
        Assert.Equal((1, 1), (_records.Counts.Tombstones, _records.Settled));
    }

    [Fact]
    public async Task A_rejected_record_goes_whole_to_the_dead_letter_topic()
    {
        _step.Reject(Enter(), [1, 2], new Rejection(RejectionReason.WireFormat, "why"));
        OutboundRecord sent = await _wire.AnswerAsync();
        Assert.Equal(("dead", "wire-format"), (sent.Topic, Header(sent, "sluice.error.reason")));
        Assert.Equal([1, 2], sent.Value);
        Assert.Equal("why; " + RejectionReason.WireFormat.DefaultWayOut().Words, Header(sent, "sluice.error.message"));
        Assert.Equal((1, 1), (_records.Counts.DeadLettered, _records.Settled));
        Assert.Equal($"mails[0]@7 cannot be labelled (wire-format): why; {RejectionReason.WireFormat.DefaultWayOut().Words}. It goes to "
            + "the dead-letter topic", Assert.Single(_rejections.Seen));
    }

    [Fact]
    public async Task A_delivery_that_fails_for_good_stops_the_worker_and_finishes_nothing()
    {
        Label();
        await _wire.AnswerAsync(NotAllowed);
        DeliveryException failure = Assert.IsType<DeliveryException>(_failure.First);
        Assert.Contains("mails[0]@7 could not be delivered to topic 'labels': not allowed", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Allow this user to write to it.", failure.Message, StringComparison.Ordinal);
        Assert.Equal((1, 0, 0), (_records.Documents, _records.Settled, _records.Counts.Published));
    }

    [Fact]
    public async Task A_label_that_was_refused_with_its_batch_is_sent_again_alone_and_then_counts_as_a_label()
    {
        Label();
        OutboundRecord first = await _wire.AnswerAsync(new SendFailure(ErrorCode.Local_InvalidDifferentRecord, "another was at fault"));
        OutboundRecord again = await _wire.AnswerAsync();
        Assert.Equal(first with { Alone = true }, again);
        Assert.Equal((1, 0), (_records.Counts.Published, _records.Counts.DeadLettered));
    }

    [Fact]
    public async Task A_label_that_is_refused_alone_becomes_a_dead_letter_record_and_its_delivery_finishes_the_record()
    {
        Label();
        await _wire.AnswerAsync(Invalid);
        await _wire.AnswerAsync(Invalid);
        OutboundRecord record = await _wire.AnswerAsync();
        Assert.Equal(("dead", false, "label-refused", "7"),
            (record.Topic, record.Alone, Header(record, "sluice.error.reason"), Header(record, "sluice.source.offset")));
        Assert.Contains("it has no key", Header(record, "sluice.error.message"), StringComparison.Ordinal);
        Assert.Empty(record.Value!); // the document's own is gone
        Assert.Equal((0, 1, 0), (_records.Counts.Published, _records.Counts.DeadLettered, _records.Documents));
        Assert.Empty(_progress.LabelsByMode.Read());
        Assert.Equal(new Dictionary<string, long> { ["label-refused"] = 1 }, _progress.DeadLettersByReason.Read());
    }

    [Fact]
    public async Task What_is_made_of_a_record_goes_to_the_number_of_its_partition_where_the_topics_have_as_many()
    {
        int? source = Label().Source.Partition.Partition;
        OutboundRecord label = await _wire.AnswerAsync();
        _step.Tombstone(Enter());
        OutboundRecord tombstone = await _wire.AnswerAsync();
        _step.Reject(Enter(), [1], new Rejection(RejectionReason.WireFormat, "why"));
        OutboundRecord rejected = await _wire.AnswerAsync();
        Assert.Equal((source, source, source), (label.Partition, tombstone.Partition, rejected.Partition));
    }

    [Fact]
    public async Task What_goes_to_a_partition_that_there_is_no_more_goes_where_its_key_says()
    {
        Label();
        OutboundRecord first = await _wire.AnswerAsync(NoPartition), again = await _wire.AnswerAsync();
        Assert.Equal(first with { Partition = null }, again);
        Assert.Equal((1, 0), (_records.Counts.Published, _records.Counts.DeadLettered));
    }

    [Fact]
    public async Task What_goes_where_its_key_says_and_finds_no_partition_stops_the_worker()
    {
        Label();
        await _wire.AnswerAsync(NoPartition);
        await _wire.AnswerAsync(NoPartition);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _refused.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Contains("topic 'labels'", Assert.IsType<DeliveryException>(_failure.First).Message, StringComparison.Ordinal);
        Assert.Equal(1, _records.Documents);
    }

    [Fact]
    public async Task A_tombstone_that_is_too_large_stays_one_as_a_dead_letter_record()
    {
        _step.Tombstone(Enter());
        await _wire.AnswerAsync(TooLarge);
        await _wire.AnswerAsync(TooLarge);
        OutboundRecord record = await _wire.AnswerAsync();
        Assert.Equal(("dead", true, "label-too-large"), (record.Topic, record.Value is null, Header(record, "sluice.error.reason")));
        Assert.Equal((0, 1), (_records.Counts.Tombstones, _records.Counts.DeadLettered));
    }

    [Fact]
    public async Task A_dead_letter_record_that_is_too_large_goes_alone_then_without_its_value_then_without_key_and_headers()
    {
        _step.Reject(Enter(), new byte[5000], new Rejection(RejectionReason.WireFormat, "why"));
        Assert.False((await _wire.AnswerAsync(TooLarge)).Alone);
        OutboundRecord alone = await _wire.AnswerAsync(TooLarge), cut = await _wire.AnswerAsync(TooLarge), bare = await _wire.AnswerAsync();
        Assert.Equal((true, 5000), (alone.Alone, alone.Value!.Length));
        Assert.Equal((true, 0, "5000"), (cut.Alone, cut.Value!.Length, Header(cut, DeadLetterHeaders.OmittedValue)));
        Assert.NotNull(cut.Key);
        Assert.Null(bare.Key);
        Assert.DoesNotContain(bare.Headers, h => h.Name == "trace");
        Assert.Equal(1, _records.Counts.DeadLettered);
        Assert.Equal(2, _lines.Seen.Count);
    }

    [Fact]
    public async Task A_dead_letter_record_with_no_smaller_form_stops_the_worker()
    {
        _step.Reject(Enter(), [1], new Rejection(RejectionReason.WireFormat, "why"));
        await _wire.AnswerAsync(Invalid);
        await _wire.AnswerAsync(Invalid);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _refused.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Contains("topic 'dead'", Assert.IsType<DeliveryException>(_failure.First).Message, StringComparison.Ordinal);
        Assert.Equal(1, _records.Documents);
    }

    private Envelope Label(params RecordHeader[] headers)
    {
        Envelope record = Enter(headers);
        _records.Tokenized(record, 3);
        WorkItem item = new(record, "d", [2, 5, 3], new TokenCount(3, false));
        item.ReleaseIds();
        _step.Label(item, Model, [0.25f, 0.75f], new Provenance(Mode.Teacher(Precision.Int8)), new ArrayBufferWriter<byte>());
        _held.SendAll();
        return record;
    }

    private Envelope Enter(params RecordHeader[] headers)
    {
        if (headers.Length == 0) headers = [new("trace", [1])];
        _records.Enter(new InboundRecord(new SourcePartition("mails", 0), _offset++, [9], [1], headers, null));
        Assert.True(_records.ToDecode.TryRead(out SourceRecord record));
        return record.Envelope;
    }

    private static Prediction PredictionOf(OutboundRecord sent)
    {
        Assert.Equal(WireHeaderResult.Ok, WireHeader.Read(sent.Value, out int id, out ReadOnlySpan<byte> payload));
        Assert.Equal(3, id);
        return Prediction.Read(payload);
    }

    private static string Header(OutboundRecord sent, string name) =>
        Encoding.UTF8.GetString(sent.Headers.Last(h => h.Name == name).Value!);
}

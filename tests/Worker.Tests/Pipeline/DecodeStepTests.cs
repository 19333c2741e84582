using System.Text;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Inference.Batching;
using Sluice.Inference.Tokenization;
using Sluice.Worker.Configuration;
using Sluice.Worker.Delivery;
using Sluice.Worker.Documents;
using Sluice.Worker.Documents.Envelopes;
using Sluice.Worker.Documents.Registry;
using Sluice.Worker.Faults;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;
using Sluice.Worker.Observability;
using Sluice.Worker.Pipeline;
using Worker.Tests.Delivery;
using Worker.Tests.Documents.Registry;

namespace Worker.Tests.Pipeline;

public sealed class DecodeStepTests : IDisposable
{
    private const int MaxTokens = 8;
    private const string Schema =
        """{"schema":"{\"type\":\"record\",\"name\":\"D\",\"fields\":[{\"name\":\"text\",\"type\":\"string\"}]}"}""";

    private static readonly SourcePartition Partition = new("mails", 2);
    private static readonly WordPieceTokenizer Tokenizer =
        new(Vocabulary.Parse("[PAD]\n[UNK]\n[CLS]\n[SEP]\ngood\nfilm\n"u8), new WordPieceOptions());

    private readonly Lines<PassedOverLog> _told = new();
    private readonly Wire _wire = new();
    private readonly InFlightRecords _records = new(new InFlightLimits(100, 100_000, 100_000), TimeProvider.System)
    {
        MaxTokensPerDocument = MaxTokens,
    };
    private readonly BatchStep _batches;
    private long _offset = 40;
    private RegistryClient? _registry;

    public DecodeStepTests() => _batches = new BatchStep(MaxTokens, new BatchBudget(4, 64), TimeSpan.FromMinutes(1), new PipelineOptions(),
        _records, TimeProvider.System, modes: 1);

    [Fact]
    public async Task A_document_becomes_its_token_ids_and_keeps_its_record_s_envelope()
    {
        Enter("""{"id":"a","text":"good film"}""", key: "k");
        WorkItem item = Assert.Single(await RunAsync());
        SourceOffset source = item.Envelope.Source;
        Assert.Equal((Partition, 40L, "k"), (source.Partition, source.Offset, Encoding.UTF8.GetString(item.Envelope.Key!)));
        Assert.Equal((4, false), (item.Tokens, item.TokenCount.Truncated));
        Assert.Equal((1L, 4L, 1L), (_records.Documents, _records.Tokens, _records.Bytes)); // the value's room is free, the key's is not
    }

    [Fact]
    public async Task A_document_with_more_tokens_than_the_model_takes_is_cut_and_says_so()
    {
        Enter("""{"text":"good good good good good good good good"}""");
        Assert.Equal(new TokenCount(MaxTokens, true), Assert.Single(await RunAsync()).TokenCount);
    }

    [Theory]
    [InlineData("""{"id":"a","text":"good"}""", "k", "a")]
    [InlineData("""{"id":7,"text":"good"}""", "k", "7")]
    [InlineData("""{"text":"good"}""", "k", "k")]
    [InlineData("""{"id":null,"text":"good"}""", "k", "k")]
    [InlineData("""{"text":"good"}""", null, "mails:2:40")]
    [InlineData("""{"text":"good"}""", "", "mails:2:40")]
    public async Task A_document_is_known_by_its_id_else_by_its_key_else_by_its_place(string value, string? key, string id)
    {
        Enter(value, key);
        Assert.Equal(id, Assert.Single(await RunAsync()).DocumentId);
    }

    [Fact]
    public async Task An_id_or_a_key_that_is_too_long_is_none()
    {
        string most = new('x', DecodeStep.MostIdBytes), tooLong = most + "x";
        Enter($$"""{"id":"{{tooLong}}","text":"good"}""", most);
        Enter($$"""{"id":"{{tooLong}}","text":"good"}""", tooLong);
        Assert.Equal([most, "mails:2:41"], (await RunAsync()).Select(item => item.DocumentId).Order(StringComparer.Ordinal).Reverse());
    }

    [Fact]
    public async Task Fields_that_are_copied_stay_with_the_document_and_take_room()
    {
        Enter("""{"text":"good","tags":["x","yz"],"n":5,"list":[]}""");
        WorkItem item = Assert.Single(await RunAsync(output: new OutputOptions { CopyFields = ["tags[]", "none", "n", "list[]"] }));
        Assert.Equal([("tags[]", "x yz"), ("n", "5")], item.Fields.Select(field => (field.Key, field.Value)));
        Assert.Equal(2 * 5, _records.Bytes);
    }

    [Fact]
    public async Task A_record_without_a_value_is_passed_on_as_a_tombstone()
    {
        Enter(null, "k");
        Assert.Empty(await RunAsync());
        OutboundRecord sent = await _wire.AnswerAsync();
        Assert.Equal(("labels", true), (sent.Topic, sent.Value is null));
        Assert.Equal((1, 0), (_records.Counts.Tombstones, _records.Documents));
    }

    [Theory]
    [InlineData("no JSON", "malformed-json")]
    [InlineData("{}", "missing-text")]
    [InlineData("""{"text":null}""", "null-text")]
    public async Task What_cannot_be_read_is_rejected_and_holds_its_value_s_room_until_that_is_delivered(string value, string reason)
    {
        Enter(value);
        Assert.Empty(await RunAsync());
        Assert.Equal(value.Length, _records.Bytes);
        OutboundRecord sent = await _wire.AnswerAsync();
        Assert.Equal(("dead", value, reason), (sent.Topic, Encoding.UTF8.GetString(sent.Value!),
            Encoding.UTF8.GetString(sent.Headers.Single(h => h.Name == "sluice.error.reason").Value!)));
        Assert.Equal((1, 0), (_records.Counts.DeadLettered, _records.Bytes));
    }

    [Fact]
    public async Task A_record_whose_epoch_has_ended_is_dropped_unread()
    {
        Enter("no JSON");
        _records.Close(Partition);
        Assert.Empty(await RunAsync());
        Assert.Equal((0, 0, 1), (_wire.Open, _records.Documents, _records.Counts.Dropped));
    }

    [Fact]
    public async Task While_the_registry_is_down_a_document_waits_and_is_then_read()
    {
        await using ScriptedServer server = new();
        server.Answer = n => n < 4 ? (503, "{}") : (200, Schema);
        using RegistryClient registry = new(new RegistryOptions { Url = server.Address, Attempts = 1 });
        AvroFormat format = new(registry, new InputOptions { TextFields = ["text"] }, new OutputOptions(), new HastyTime(),
            NullLogger<AvroFormat>.Instance);
        _records.Enter(new InboundRecord(Partition, _offset, null, [0, 0, 0, 0, 9, 8, .. "good"u8], [], null));
        Assert.Equal(3, Assert.Single(await RunAsync(format)).Tokens);
        Assert.Equal((3, 0), (server.Paths.Count(path => path.EndsWith("/9", StringComparison.Ordinal)), _wire.Open));
    }

    [Fact]
    public async Task Of_a_delete_and_the_tombstone_behind_it_one_tombstone_goes_on_with_key_and_headers_and_both_offsets_are_done()
    {
        Enter("""{"op":"c","after":{"id":"a","text":"good"}}""", "k");
        Enter("""{"op":"d","before":{"id":"a"},"after":null}""", "k");
        Enter(null, "k");
        Enter(null, "other");
        Assert.Equal("a", Assert.Single(await RunAsync(envelope: InputEnvelope.Debezium)).DocumentId);
        OutboundRecord[] sent = [await _wire.AnswerAsync(), await _wire.AnswerAsync()];
        Assert.All(sent, one => Assert.Equal(("labels", true), (one.Topic, one.Value is null)));
        Assert.Equal(["k", "other"], sent.Select(one => Encoding.UTF8.GetString(one.Key!)));
        Assert.Equal((2, 1, 0), (_records.Counts.Tombstones, _records.Counts.PassedOver, _wire.Open));
        Assert.Equal(1, _records.Documents);
        Assert.Equal(["Passing over tombstones behind a delete, which are neither documents nor faults: the first is mails[2] at 42, "
            + "and this is told once"], _told.Take());
    }

    [Fact]
    public async Task Without_an_envelope_two_tombstones_side_by_side_are_two()
    {
        Enter(null, "k");
        Enter(null, "k");
        await RunAsync();
        await _wire.AnswerAsync();
        await _wire.AnswerAsync();
        Assert.Equal((2, 0), (_records.Counts.Tombstones, _records.Counts.PassedOver));
    }

    [Fact]
    public async Task What_is_neither_a_document_nor_a_fault_is_done_at_once_counted_and_told_once_a_kind()
    {
        foreach (string value in new[] { """{"op":"t"}""", ChangeEvents.Heartbeat, ChangeEvents.Heartbeat, ChangeEvents.Transaction })
            Enter(value, "k");
        Assert.Empty(await RunAsync(envelope: InputEnvelope.Debezium));
        Assert.Equal((4, 0, 0, 0L), (_records.Counts.PassedOver, _wire.Open, _records.Documents, _records.Bytes));
        Assert.Equal(4, _records.Settled);
        string[] told = _told.Take();
        Assert.Equal(3, told.Length);
        Assert.StartsWith("Passing over heartbeats, which are neither documents nor faults: the first is mails[2] at 41", told[1],
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_that_holds_nothing_else_is_told_once_with_the_setting_that_may_be_wrong()
    {
        for (int i = 0; i < 7; i++) Enter(ChangeEvents.Heartbeat, "k");
        Assert.Empty(await RunAsync(envelope: InputEnvelope.Debezium));
        Assert.Equal("Topic mails has held 5 records that are neither documents nor faults, and not one document: is it a topic of a "
            + "table's rows, and is Sluice:Input:Envelope=Debezium right for it? (told once a topic)",
            Assert.Single(_told.Take(), line => !line.StartsWith("Passing over", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("""{"op":"c","after":{"text":"good"}}""")]
    [InlineData("""{"op":"d","before":{"id":"a"},"after":null}""")]
    [InlineData("no JSON")]
    public async Task One_that_holds_anything_else_among_them_is_not_told(string other)
    {
        Enter(ChangeEvents.Heartbeat, "k");
        Enter(other, "k");
        for (int i = 0; i < 5; i++) Enter(ChangeEvents.Heartbeat, "k");
        await RunAsync(envelope: InputEnvelope.Debezium);
        Assert.StartsWith("Passing over", Assert.Single(_told.Take()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_a_schema_is_asked_for_documents_of_others_are_read()
    {
        await using ScriptedServer server = new();
        TaskCompletionSource<(int, string)> first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        server.AnswerTo = path =>
        {
            if (path.EndsWith("/9", StringComparison.Ordinal)) first.TrySetResult((200, Schema)); // only when another is asked for
            return path.EndsWith("/7", StringComparison.Ordinal) ? first.Task : Task.FromResult((200, Schema));
        };
        Enter(7, "good"u8);
        Enter(7, "film"u8);
        Enter(9, "good"u8);
        List<WorkItem> items = await RunAsync(FormatOf(server));
        Assert.Equal([40L, 41L, 42L], items.Select(item => item.Envelope.Source.Offset).Order());
        Assert.Equal((2, 0), (server.Requests, _wire.Open));
    }

    [Fact]
    public async Task A_schema_that_is_refused_condemns_its_documents_in_their_order_and_no_others()
    {
        await using ScriptedServer server = new();
        server.AnswerTo = path => Task.FromResult(path.EndsWith("/7", StringComparison.Ordinal) ? (422, "")
            : path.EndsWith("/9", StringComparison.Ordinal) ? (200, Schema)
            : (404, """{"error_code":40403,"message":"not found"}"""));
        for (int i = 0; i < 3; i++) Enter(7, "good"u8);
        Enter(9, "good"u8);
        Assert.Equal(43, Assert.Single(await RunAsync(FormatOf(server))).Envelope.Source.Offset);
        for (int i = 0; i < 3; i++)
        {
            OutboundRecord sent = await _wire.AnswerAsync();
            Assert.Equal(("unknown-schema", $"{40 + i}"),
                (HeaderOf(sent, "sluice.error.reason"), HeaderOf(sent, "sluice.source.offset")));
            Assert.Contains("HTTP 422", HeaderOf(sent, "sluice.error.message"), StringComparison.Ordinal);
        }

        Assert.Equal((3, 1), (_records.Counts.DeadLettered, _records.Documents));
    }

    [Fact]
    public async Task A_parked_document_whose_partition_is_taken_away_is_dropped()
    {
        await using ScriptedServer server = new();
        server.AnswerTo = _ =>
        {
            _records.Close(Partition);
            return Task.FromResult((200, Schema));
        };
        _records.Enter(new InboundRecord(Partition, _offset, null, [0, 0, 0, 0, 7, 0xFF], [], null)); // else a dead-letter record
        Assert.Empty(await RunAsync(FormatOf(server)));
        Assert.Equal((0, 0, 1), (_wire.Open, _records.Documents, _records.Counts.Dropped));
    }

    /// <summary>As where hundreds of large schemas are in use.</summary>
    [Fact]
    public async Task A_document_whose_schema_was_forgotten_before_it_was_read_is_prepared_again()
    {
        InputOptions input = new InputOptions { Format = InputFormat.Json }.WithDefaults();
        Forgetful format = new(new JsonFormat(input, new OutputOptions()));
        Enter("""{"text":"good"}""");
        Assert.Equal((1, 2), ((await RunAsync(format)).Count, format.Prepared));
        Assert.Equal(0, _wire.Open);
    }

    public void Dispose() => _registry?.Dispose();

    private static string HeaderOf(OutboundRecord record, string name) =>
        Encoding.UTF8.GetString(record.Headers.Single(header => header.Name == name).Value!);

    private AvroFormat FormatOf(ScriptedServer server)
    {
        _registry = new RegistryClient(new RegistryOptions
        {
            Url = server.Address,
            Attempts = 1,
            RetryDelay = TimeSpan.FromMilliseconds(1),
        });
        return new AvroFormat(_registry, new InputOptions { TextFields = ["text"] }, new OutputOptions(), new HastyTime(),
            NullLogger<AvroFormat>.Instance);
    }

    private void Enter(byte schema, ReadOnlySpan<byte> text) => _records.Enter(new InboundRecord(Partition, _offset++, null,
        [0, 0, 0, 0, schema, (byte)(2 * text.Length), .. text], [], null));

    private void Enter(string? value, string? key = null) => _records.Enter(new InboundRecord(Partition, _offset++,
        key is null ? null : Encoding.UTF8.GetBytes(key), value is null ? null : Encoding.UTF8.GetBytes(value), [], null));

    /// <summary>Decodes all that has entered; returns what then waits for a batch.</summary>
    private async Task<List<WorkItem>> RunAsync(IDocumentFormat? format = null, OutputOptions? output = null,
        InputEnvelope envelope = InputEnvelope.None)
    {
        InputOptions input = new InputOptions { Format = InputFormat.Json, Envelope = envelope }.WithDefaults();
        output ??= new OutputOptions();
        KafkaOptions kafka = new() { OutputTopic = "labels", DeadLetterTopic = "dead" };
        DeadLetters deadLetters = new(kafka, Partitionings.ByKey, new DeadLetterOptions());
        PipelineProgress progress = new(_records);
        PipelineFailure failure = new(new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance), new Redaction([]),
            NullLogger<PipelineFailure>.Instance);
        RefusedRecords refused = new(kafka, deadLetters, NullLogger<RefusedRecords>.Instance);
        AtLeastOnce delivery = Deliveries.AtLeastOnce(_wire.Send, refused, Brakes.Off(_records, failure),
            NullLogger<RejectionLog>.Instance, _records, progress, failure);
        DecodeStep step = new(format ?? new JsonFormat(input, output), input, output, Tokenizer, MaxTokens, _records, _batches,
            new PublishStep(kafka, new HeldLabels(delivery.Send, TimeProvider.System), delivery, deadLetters,
                Partitionings.ByKey, TimeProvider.System),
            new RecordFloors(new ModelOptions(), new ControlOptions(), TimeProvider.System, NullLogger<RecordFloors>.Instance), progress,
            new ParkedRecords(_records, failure), new PassedOverLog(envelope, 5, _told),
            new FirstDocuments(input, output, NullLogger<FirstDocuments>.Instance));
        _records.Complete();
        await step.RunAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30));
        _batches.Complete();
        List<WorkItem> items = [];
        using PackedBatch<WorkItem> batch = new(4, 64);
        ThreadPace pace = new(new CostModel());
        while (_batches.TryFill(batch, _ => pace.Current))
        {
            items.AddRange(batch.Items);
            batch.Clear();
        }

        return items;
    }

    private sealed class Forgetful(JsonFormat format) : IDocumentFormat
    {
        public int Prepared { get; private set; }

        public ValueTask<Rejection?> PrepareAsync(IReadOnlyList<RecordHeader> headers, ReadOnlyMemory<byte> value, CancellationToken stop)
        {
            Prepared++;
            return format.PrepareAsync(headers, value, stop);
        }

        public RecordContent Read(IReadOnlyList<RecordHeader> headers, ReadOnlySpan<byte> value, DocumentFields fields) =>
            Prepared == 1 ? RecordContent.Unprepared.Again : format.Read(headers, value, fields);
    }
}

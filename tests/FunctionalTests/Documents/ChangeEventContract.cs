using System.Text;
using Confluent.Kafka;
using Sluice.Schemas;

namespace FunctionalTests.Documents;

/// <summary>A topic as Debezium writes it; the same list for the embedded cluster and a real one.</summary>
public abstract class ChangeEventContract
{
    private static readonly (int, string?) Old = (1, "old film"), Good = (1, "good film");

    protected abstract string BootstrapServers { get; }

    protected abstract Uri Registry { get; }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rows_in_JSON_are_labelled_a_delete_is_one_tombstone_and_what_is_no_document_leaves_no_trace(bool wrapped)
    {
        Func<string, byte[]> write = text => Encoding.UTF8.GetBytes(wrapped ? ChangeEvents.Wrapped(text) : text);
        await CheckAsync("Json", new Event("made", write(ChangeEvents.Json("c", null, Good))),
            new Event("beat", write(ChangeEvents.Heartbeat)),
            new Event("made", write(ChangeEvents.Json("u", Old, Good))), new Event(null, write(ChangeEvents.SchemaChange)),
            new Event("empty", write(ChangeEvents.Json("u", Old, null))), new Event("boundary", write(ChangeEvents.Transaction)),
            new Event("gone", write(ChangeEvents.Json("d", Old, null))), new Event("gone", null),
            new Event(null, write(ChangeEvents.Json("t", null, null))));
    }

    [Fact]
    public async Task Rows_in_Avro_are_labelled_a_delete_is_one_tombstone_and_what_is_no_document_leaves_no_trace()
    {
        byte[] row = await FrameAsync(ChangeEvents.Schema), beat = await FrameAsync(ChangeEvents.HeartbeatSchema),
            change = await FrameAsync(ChangeEvents.SchemaChangeSchema), boundary = await FrameAsync(ChangeEvents.TransactionSchema);
        byte[] text = ChangeEvents.AvroText("x");
        await CheckAsync("Avro", new Event("made", [.. row, .. ChangeEvents.Avro("c", null, Good)]), new Event("beat", [.. beat, 2]),
            new Event("made", [.. row, .. ChangeEvents.Avro("u", Old, Good)]), new Event(null, [.. change, 0, 2, .. text]),
            new Event("empty", [.. row, .. ChangeEvents.Avro("u", Old, null)]), new Event("boundary", [.. boundary, .. text, .. text, 0]),
            new Event("gone", [.. row, .. ChangeEvents.Avro("d", Old, null)]), new Event("gone", null),
            new Event(null, [.. row, .. ChangeEvents.Avro("t", null, null)]));
    }

    [Fact]
    public async Task Connect_s_JSON_is_read_from_its_payload_and_a_payload_of_null_is_a_tombstone()
    {
        TestTopics topics = await CreateTopicsAsync();
        using KafkaProbe probe = new(BootstrapServers);
        probe.Send(topics.Input, "a"u8.ToArray(), Encoding.UTF8.GetBytes(ChangeEvents.Wrapped("""{"id":5,"body":"good film"}""")));
        probe.Send(topics.Input, "b"u8.ToArray(), """{"schema":null,"payload":null}"""u8.ToArray());
        probe.Send(topics.Input, "c"u8.ToArray(), """{"id":5,"body":"good film"}"""u8.ToArray());
        probe.Flush();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(Settings(topics, "Json", "Connect"));
        Dictionary<string, byte[]?> results = probe.ReadAll(topics.Output, 2)
            .ToDictionary(record => Encoding.UTF8.GetString(record.Message.Key!), record => record.Message.Value);
        Assert.Null(results["b"]);
        Assert.NotNull(results["a"]);
        ConsumeResult<byte[]?, byte[]?> dead = Assert.Single(probe.ReadAll(topics.DeadLetters, 1));
        Assert.Equal("envelope-mismatch", PoisonMessageTests.Header(dead, "sluice.error.reason"));
    }

    private protected abstract Task<TestTopics> CreateTopicsAsync();

    /// <summary>Two rows that are labelled, one that is empty, one that is gone with the tombstone behind it, and four others.</summary>
    private async Task CheckAsync(string format, params Event[] events)
    {
        TestTopics topics = await CreateTopicsAsync();
        using KafkaProbe probe = new(BootstrapServers);
        foreach (Event one in events)
        {
            probe.Send(topics.Input, one.Key is null ? null : Encoding.UTF8.GetBytes(one.Key), one.Value,
                new Headers { { "trace", Encoding.UTF8.GetBytes(one.Key ?? "") } });
        }

        probe.Flush();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(Settings(topics, format, "Debezium"));
        List<ConsumeResult<byte[]?, byte[]?>> results = probe.ReadAll(topics.Output, 3);
        ConsumeResult<byte[]?, byte[]?> dead = Assert.Single(probe.ReadAll(topics.DeadLetters, 1));
        Assert.Equal(("envelope-mismatch", "empty", "4"), (PoisonMessageTests.Header(dead, "sluice.error.reason"),
            Encoding.UTF8.GetString(dead.Message.Key!), PoisonMessageTests.Header(dead, "sluice.source.offset")));
        probe.WaitForCommitted(topics.Group, topics.Input, events.Length);
        await worker.StopAsync();

        Assert.Null(worker.Failure.First);
        Assert.Equal(3, probe.ReadAll(topics.Output, 3).Count);
        ConsumeResult<byte[]?, byte[]?> gone = results.Single(record => record.Message.Value is null);
        Assert.Equal(("gone", "gone"), (Encoding.UTF8.GetString(gone.Message.Key!), PoisonMessageTests.Header(gone, "trace")));
        foreach (ConsumeResult<byte[]?, byte[]?> record in results.Where(record => record.Message.Value is not null))
        {
            Prediction prediction = KafkaProbe.PredictionOf(record);
            Assert.Equal(("1", 4, "made"), (prediction.DocumentId, prediction.Tokens, Encoding.UTF8.GetString(record.Message.Key!)));
        }

        Assert.Equal((2, 1, 1, 5), (worker.Progress.Published, worker.Progress.Tombstones, worker.Progress.DeadLettered,
            worker.Progress.PassedOver));
        string[] told = [.. worker.Log.Lines.Where(line => line.Id == 320).Select(line => line.Text)];
        Assert.Equal(5, told.Length);
        Assert.Contains(told, line => line.StartsWith("Passing over heartbeats, ", StringComparison.Ordinal));
    }

    private async Task<byte[]> FrameAsync(string schema)
    {
        int id = await WorkerHarness.RegisterAsync(Registry, $"change-{Guid.NewGuid():N}", schema);
        return [0, (byte)(id >> 24), (byte)(id >> 16), (byte)(id >> 8), (byte)id];
    }

    private Dictionary<string, string?> Settings(TestTopics topics, string format, string envelope)
    {
        Dictionary<string, string?> settings = WorkerHarness.Settings(BootstrapServers, Registry, topics, ("Input:Format", format),
            ("Input:Envelope", envelope), ("Input:TextFields:0", "body"), ("Pipeline:KeepKeyOrder", "true"));
        settings.Remove("Input:TextFields:1");
        return settings;
    }

    private sealed record Event(string? Key, byte[]? Value);
}

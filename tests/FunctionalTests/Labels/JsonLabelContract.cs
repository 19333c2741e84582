using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Sluice.Schemas;

namespace FunctionalTests.Labels;

/// <summary>Labels as JSON, and a worker without a registry; the same list for the embedded cluster and a real one.</summary>
public abstract class JsonLabelContract
{
    private const int Count = 40;

    private static readonly Uri Nobody = new("http://127.0.0.1:1/");
    private static readonly JsonElement Schema = JsonDocument.Parse(
        File.ReadAllBytes(Path.Combine(RepositoryRoot.Find(), "src", "Schemas", "prediction.schema.json"))).RootElement;

    // As a stranger's program has them.
    private static readonly JsonSerializerOptions SnakeCase = new(JsonSerializerDefaults.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Skip,
    };

    protected abstract string Servers { get; }

    /// <summary>The registry's base address, without a slash at its end.</summary>
    protected abstract string Registry { get; }

    [Fact]
    public async Task Text_is_labelled_as_JSON_where_there_is_no_registry()
    {
        TestTopics topics = await CreateTopicsAsync();
        using KafkaProbe probe = new(Servers);
        for (int i = 0; i < Count; i++) Send(probe, topics, i, Encoding.UTF8.GetBytes($"good film é {i}"));
        probe.Send(topics.Input, "gone"u8.ToArray(), null);
        probe.Flush();

        await using WorkerHarness worker = await StartAsync(topics, Nobody, ("Input:Format", "Text"));
        List<ConsumeResult<byte[]?, byte[]?>> records = probe.ReadAll(topics.Output, Count + 1);
        await worker.StopAsync();

        Assert.Null(worker.Failure.First);
        Assert.Equal("gone", Encoding.UTF8.GetString(Assert.Single(records, record => record.Message.Value is null).Message.Key!));
        CheckLabels([.. records.Where(record => record.Message.Value is not null)], topics, i => $"key-{i}");
        CheckThatNoRegistryWasMissed(worker);
    }

    [Fact]
    public async Task JSON_is_labelled_as_JSON_where_there_is_no_registry()
    {
        TestTopics topics = await CreateTopicsAsync();
        using KafkaProbe probe = new(Servers);
        for (int i = 0; i < Count; i++)
            Send(probe, topics, i, Encoding.UTF8.GetBytes($$"""{"id":"doc-{{i}}","subject":null,"body":"bad mail {{i}}"}"""));
        Send(probe, topics, Count, "no JSON"u8.ToArray());
        probe.Flush();

        await using WorkerHarness worker = await StartAsync(topics, Nobody, ("Input:Format", "Json"));
        List<ConsumeResult<byte[]?, byte[]?>> labels = probe.ReadAll(topics.Output, Count);
        ConsumeResult<byte[]?, byte[]?> rejected = Assert.Single(probe.ReadAll(topics.DeadLetters, 1));
        await worker.StopAsync();

        Assert.Null(worker.Failure.First);
        CheckLabels(labels, topics, i => $"doc-{i}");
        Assert.Equal("malformed-json", Encoding.UTF8.GetString(rejected.Message.Headers.GetLastBytes("sluice.error.reason")));
        CheckThatNoRegistryWasMissed(worker);
    }

    [Fact]
    public async Task Avro_is_labelled_as_JSON_and_the_registry_is_only_read()
    {
        TestTopics topics = await CreateTopicsAsync();
        int schema = await WorkerHarness.RegisterAsync(new Uri(Registry), topics.Input);
        using KafkaProbe probe = new(Servers);
        for (int i = 0; i < Count; i++) Send(probe, topics, i, KafkaProbe.Framed(schema, new Document($"doc-{i}", "free", "money")));
        probe.Flush();

        await using WorkerHarness worker = await StartAsync(topics, new Uri(Registry));
        List<ConsumeResult<byte[]?, byte[]?>> labels = probe.ReadAll(topics.Output, Count);
        await worker.StopAsync();

        Assert.Null(worker.Failure.First);
        CheckLabels(labels, topics, i => $"doc-{i}");
        using HttpClient http = new() { BaseAddress = new Uri(Registry + "/") };
        string subjects = await http.GetStringAsync("subjects");
        Assert.Contains($"\"{topics.Input}-value\"", subjects, StringComparison.Ordinal);
        Assert.DoesNotContain(topics.Output, subjects, StringComparison.Ordinal);
    }

    private protected abstract Task<TestTopics> CreateTopicsAsync();

    private Task<WorkerHarness> StartAsync(TestTopics topics, Uri registry, params (string Name, string Value)[] more) =>
        WorkerHarness.StartAsync(WorkerHarness.Settings(Servers, registry, topics, [("Output:Format", "Json"), .. more]));

    private static void Send(KafkaProbe probe, TestTopics topics, int number, byte[] value) =>
        probe.Send(topics.Input, Encoding.UTF8.GetBytes($"key-{number}"), value,
            new Headers { { "trace", Encoding.UTF8.GetBytes($"t{number}") } });

    private static void CheckLabels(List<ConsumeResult<byte[]?, byte[]?>> records, TestTopics topics, Func<int, string> idOf)
    {
        HashSet<string> ids = [];
        foreach (ConsumeResult<byte[]?, byte[]?> record in records)
        {
            using JsonDocument json = JsonDocument.Parse(record.Message.Value);
            Assert.Empty(JsonSchemaCheck.Faults(Schema, json.RootElement));
            StrangersLabel label = json.RootElement.Deserialize<StrangersLabel>(SnakeCase)!;
            Assert.True(ids.Add(label.DocumentId), $"{label.DocumentId} has two labels.");
            string key = Encoding.UTF8.GetString(record.Message.Key!);
            Assert.Equal(idOf(int.Parse(key["key-".Length..])), label.DocumentId);
            IHeader trace = Assert.Single(record.Message.Headers);
            Assert.Equal(("trace", $"t{key["key-".Length..]}"), (trace.Key, Encoding.UTF8.GetString(trace.GetValueBytes())));
            Assert.Equal((topics.Input, "tiny", "TEACHER"), (label.SourceTopic, label.ModelId, label.Mode));
            Assert.Equal(1, label.Scores.Sum(score => score.Score), 1e-5);
            Assert.Equal((label.Label, label.Confidence), (label.Scores.MaxBy(score => score.Score)!.Label,
                label.Scores.Max(score => score.Score)));
            Assert.NotNull(label.SourceTimestamp);
            Assert.InRange(label.LabelledAt, label.SourceTimestamp.Value - 60_000, label.SourceTimestamp.Value + 600_000);
            Assert.Empty(label.Fields);
        }

        Assert.Equal(Count, ids.Count);
    }

    private static void CheckThatNoRegistryWasMissed(WorkerHarness worker)
    {
        Assert.Single(worker.Log.Lines, line => line.Id == 310);
        Assert.DoesNotContain(worker.Log.Lines, line => line.Id is 301 or 303);
    }

    private sealed record StrangersScore(string Label, float Score);

    private sealed record StrangersLabel(string DocumentId, string Label, StrangersScore[] Scores, string ModelId, string Mode,
        int? StudentsUsed, string SourceTopic, int SourcePartition, long SourceOffset, long? SourceTimestamp, long LabelledAt,
        float? Confidence, Dictionary<string, string> Fields);
}

using Confluent.Kafka;
using FunctionalTests.Kafka;
using FunctionalTests.Registry;
using Sluice.Schemas;

namespace FunctionalTests;

/// <summary>Text fields through arrays and maps, fields that some documents lack, fields that go into the label; on some cluster.</summary>
public abstract class FieldPathContract
{
    private const string Order = """
        {"type":"record","name":"Order","fields":[
          {"name":"id","type":"string"},
          {"name":"subject","type":"string"},
          {"name":"items","type":{"type":"array","items":{"type":"record","name":"Item","fields":[
            {"name":"title","type":["null","string"]}]}}},
          {"name":"attributes","type":{"type":"map","values":"string"}},
          {"name":"placed","type":{"type":"long","logicalType":"timestamp-millis"}},
          {"name":"amount","type":"double"}]}
        """;

    private const string Note = """
        {"type":"record","name":"Note","fields":[{"name":"id","type":"string"},
          {"name":"items","type":{"type":"array","items":{"type":"record","name":"Item","fields":[{"name":"title","type":"string"}]}}}]}
        """;

    private static readonly (string, string)[] Fields =
    [
        ("Input:TextFields:0", "subject"), ("Input:TextFields:1", "items[].title"), ("Input:OptionalFields:0", "subject"),
        ("Output:CopyFields:0", "attributes.color"), ("Output:CopyFields:1", "placed"), ("Output:CopyFields:2", "items[].title"),
        ("Output:CopyFields:3", "amount"), ("Output:CopyFields:4", "nowhere"),
    ];

    private protected abstract string Brokers { get; }

    private protected abstract Uri Registry { get; }

    private protected abstract Task<TestTopics> CreateTopicsAsync();

    [Fact]
    public async Task Avro_of_two_schemas_is_labelled_by_its_texts_and_its_label_has_its_fields()
    {
        TestTopics topics = await CreateTopicsAsync();
        int order = await WorkerHarness.RegisterAsync(Registry, topics.Input, Order);
        int note = await WorkerHarness.RegisterAsync(Registry, topics.Input + "-note", Note);
        using KafkaProbe probe = new(Brokers);
        probe.Send(topics.Input, null, PoisonMessageTests.Framed(order, writer =>
        {
            writer.WriteString("order");
            writer.WriteString("good");
            writer.WriteLong(3);
            writer.WriteLong(1);
            writer.WriteString("film");
            writer.WriteLong(0);
            writer.WriteLong(1);
            writer.WriteString("good");
            writer.WriteLong(0);
            writer.WriteLong(1);
            writer.WriteString("color");
            writer.WriteString("red");
            writer.WriteLong(0);
            writer.WriteLong(1_764_271_800_000);
            writer.WriteDouble(12.5);
        }));
        probe.Send(topics.Input, null, PoisonMessageTests.Framed(note, writer =>
        {
            writer.WriteString("note");
            writer.WriteLong(1);
            writer.WriteString("film");
            writer.WriteLong(0);
        }));
        probe.Flush();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(WorkerHarness.Settings(Brokers, Registry, topics, Fields));
        Dictionary<string, Prediction> labels = Labels(probe, topics, 2);
        Assert.Equal((5, 3), (labels["order"].Tokens, labels["note"].Tokens)); // good film good, and film, with [CLS] and [SEP]
        Assert.Equal(
            [("amount", "12.5"), ("attributes.color", "red"), ("items[].title", "film good"), ("placed", "2025-11-27T19:30:00.000Z")],
            Sorted(labels["order"]));
        Assert.Equal([("items[].title", "film")], Sorted(labels["note"]));
        await worker.StopAsync();
        Assert.Contains((330, $"Schema {note} has no such fields, and its documents are labelled without them: "
            + "subject, attributes.color, placed, amount, nowhere"), worker.Log.Lines.Select(line => (line.Id, line.Text)));
        Assert.Equal(0, worker.Progress.DeadLettered);
    }

    [Fact]
    public async Task JSON_is_labelled_so_too_and_what_has_no_text_at_all_is_a_dead_letter_record()
    {
        TestTopics topics = await CreateTopicsAsync();
        using KafkaProbe probe = new(Brokers);
        probe.Send(topics.Input, null, """
            {"id":"order","subject":"good","items":[{"title":"film"},{},{"title":"good"}],"attributes":{"color":"red"},"amount":12.5}
            """u8.ToArray());
        probe.Send(topics.Input, null, """{"id":"note","items":[{"title":"film"}]}"""u8.ToArray());
        probe.Send(topics.Input, null, """{"id":"empty","items":[]}"""u8.ToArray());
        probe.Send(topics.Input, null, """{"id":"none","subject":"good"}"""u8.ToArray());
        probe.Flush();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(
            WorkerHarness.Settings(Brokers, Registry, topics, [.. Fields, ("Input:Format", "Json")]));
        Dictionary<string, Prediction> labels = Labels(probe, topics, 2);
        Assert.Equal((5, 3), (labels["order"].Tokens, labels["note"].Tokens));
        Assert.Equal([("amount", "12.5"), ("attributes.color", "red"), ("items[].title", "film good")], Sorted(labels["order"]));
        Assert.Equal([("items[].title", "film")], Sorted(labels["note"]));
        Dictionary<string, ConsumeResult<byte[]?, byte[]?>> rejected = probe.ReadAll(topics.DeadLetters, 2)
            .ToDictionary(record => PoisonMessageTests.Header(record, "sluice.error.reason"));
        Assert.Contains("null-text", rejected.Keys);
        Assert.StartsWith("field 'items[].title' is not there; ",
            PoisonMessageTests.Header(rejected["missing-text"], "sluice.error.message"), StringComparison.Ordinal);
    }

    private static Dictionary<string, Prediction> Labels(KafkaProbe probe, TestTopics topics, int count) =>
        probe.ReadAll(topics.Output, count).Select(KafkaProbe.PredictionOf).ToDictionary(label => label.DocumentId);

    private static IEnumerable<(string, string)> Sorted(Prediction label) =>
        label.Fields.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => (field.Key, field.Value));
}

/// <summary>The same inside this process.</summary>
[Collection(TestClusterTests.Name)]
public sealed class FieldPathTests(TestCluster cluster) : FieldPathContract
{
    private protected override string Brokers => cluster.BootstrapServers;

    private protected override Uri Registry => cluster.RegistryUrl;

    private protected override Task<TestTopics> CreateTopicsAsync() => Task.FromResult(cluster.CreateTopics(partitions: 1));
}

/// <summary>The same on Apache Kafka, beside a registry that others made.</summary>
public sealed class RealFieldPathTests(RealKafka kafka, RealRegistry registry) : FieldPathContract, IClassFixture<RealKafka>,
    IClassFixture<RealRegistry>
{
    private protected override string Brokers => kafka.BootstrapServers;

    private protected override Uri Registry => new(registry.Url);

    private protected override Task<TestTopics> CreateTopicsAsync() => kafka.CreateTopicsAsync(partitions: 1);
}

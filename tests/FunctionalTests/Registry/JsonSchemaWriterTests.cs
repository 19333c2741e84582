using Confluent.Kafka;
using Confluent.SchemaRegistry;
using Confluent.SchemaRegistry.Serdes;

namespace FunctionalTests.Registry;

/// <summary>What Confluent's serializer for JSON Schema writes, read as JSON.</summary>
[Collection(TestClusterTests.Name)]
public sealed class JsonSchemaWriterTests(TestCluster cluster)
{
    [Theory]
    [InlineData(SchemaIdSerializerStrategy.Prefix)]
    [InlineData(SchemaIdSerializerStrategy.Header)]
    public async Task What_it_writes_is_labelled_whether_the_schema_is_named_before_it_or_in_a_header(SchemaIdSerializerStrategy strategy)
    {
        await using GuidRegistry guids = await GuidRegistry.StartAsync(cluster.RegistryUrl);
        TestTopics topics = cluster.CreateTopics(partitions: 1);
        using var registry = new CachedSchemaRegistryClient(new SchemaRegistryConfig { Url = guids.Url.ToString() });
        var serializer = new JsonSerializer<Mail>(registry, new JsonSerializerConfig { SchemaIdStrategy = strategy });
        Headers headers = [];
        byte[] value = await serializer.SerializeAsync(new Mail { Id = "m-1", Body = "good film" },
            new SerializationContext(MessageComponentType.Value, topics.Input, headers));
        Assert.Equal(strategy == SchemaIdSerializerStrategy.Prefix ? ((byte)0, 0) : ((byte)'{', 1), (value[0], headers.Count));

        using KafkaProbe probe = new(cluster.BootstrapServers);
        probe.Send(topics.Input, "k"u8.ToArray(), value, headers);
        probe.Flush();
        Dictionary<string, string?> settings = WorkerHarness.Settings(cluster.BootstrapServers, cluster.RegistryUrl, topics,
            ("Input:Format", "Json"), ("Input:TextFields:0", "Body"), ("Input:IdField", "Id"));
        settings.Remove("Input:TextFields:1");
        await using WorkerHarness worker = await WorkerHarness.StartAsync(settings);
        ConsumeResult<byte[]?, byte[]?> label = Assert.Single(probe.ReadAll(topics.Output, 1));
        Assert.Equal(("m-1", 4), (KafkaProbe.PredictionOf(label).DocumentId, KafkaProbe.PredictionOf(label).Tokens));
        Assert.Empty(label.Message.Headers ?? []);
    }

    private sealed class Mail
    {
        public string Id { get; set; } = "";

        public string Body { get; set; } = "";
    }
}

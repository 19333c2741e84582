using System.Buffers.Binary;
using Confluent.Kafka;
using Sluice.Schemas;
using Sluice.Worker.Documents.Registry;

namespace FunctionalTests.Registry;

/// <summary>A worker that may not register the schema of its labels, at a real registry.</summary>
[Collection(TestClusterTests.Name)]
public sealed class LabelSchemaTests(TestCluster cluster, RealRegistry registry) : IClassFixture<RealRegistry>
{
    [Fact]
    public async Task It_names_the_fields_in_the_way_and_starts_when_its_schema_is_there()
    {
        Uri url = new(registry.Url);
        TestTopics topics = cluster.CreateTopics(partitions: 1);
        int schema = await WorkerHarness.RegisterAsync(url, topics.Input);
        string unreadable = Prediction.SchemaText.Replace("""{ "name": "tokens", "type": "int",""",
            """{ "name": "region", "type": "string" }, { "name": "tokens", "type": "string",""", StringComparison.Ordinal);
        await WorkerHarness.RegisterAsync(url, topics.Output, unreadable);
        Dictionary<string, string?> settings =
            WorkerHarness.Settings(cluster.BootstrapServers, url, topics, ("Registry:AutoRegister", "false"));

        string message = (await Assert.ThrowsAsync<RegistryRefusedException>(() => WorkerHarness.StartAsync(settings))).Message;
        Assert.Contains("field region has no default there, and is not written; field tokens is string there, and int is written", message,
            StringComparison.Ordinal);

        int id = await WorkerHarness.RegisterAsync(url, topics.Output, Prediction.SchemaText);
        using KafkaProbe probe = new(cluster.BootstrapServers);
        probe.Send(topics.Input, null, KafkaProbe.Framed(schema, new Document("d", "good", "film")));
        probe.Flush();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(settings);
        ConsumeResult<byte[]?, byte[]?> label = Assert.Single(probe.ReadAll(topics.Output, 1));
        Assert.Equal(id, BinaryPrimitives.ReadInt32BigEndian(label.Message.Value.AsSpan(1)));
        await worker.StopAsync();
    }
}

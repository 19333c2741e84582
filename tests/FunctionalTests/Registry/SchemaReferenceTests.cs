using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Avro;
using Avro.Generic;
using Avro.IO;
using Confluent.Kafka;
using Confluent.SchemaRegistry;
using Confluent.SchemaRegistry.Serdes;
using Sluice.Schemas;
using Sluice.Worker.Documents;
using Schema = Avro.Schema;

namespace FunctionalTests.Registry;

/// <summary>Documents whose schema refers to others, of a real registry.</summary>
[Collection(TestClusterTests.Name)]
public sealed class SchemaReferenceTests(TestCluster cluster, RealRegistry registry) : IClassFixture<RealRegistry>
{
    private const string Address = """{"type":"record","name":"Address","namespace":"shop","fields":[{"name":"city","type":"string"}]}""";
    private const string Person = """{"type":"record","name":"Person","namespace":"shop","fields":[{"name":"nick","type":"string"},"""
        + """{"name":"home","type":["null","shop.Address"]}]}""";
    private const string Doc = """{"type":"record","name":"Doc","namespace":"shop","fields":[{"name":"id","type":"string"},"""
        + """{"name":"who","type":"shop.Person"},{"name":"text","type":"string"}]}""";

    [Fact]
    public async Task A_document_is_labelled_whose_schema_refers_to_one_that_refers_to_another()
    {
        TestTopics topics = cluster.CreateTopics(partitions: 1);
        string prefix = $"{topics.Input}/of shop:";
        await RegisterAsync(prefix + "address", Address);
        await RegisterAsync(prefix + "person", Person, ("shop.Address", prefix + "address"));
        int id = await RegisterAsync(topics.Input + "-value", Doc, ("shop.Person", prefix + "person"));
        using KafkaProbe probe = new(cluster.BootstrapServers);
        probe.Send(topics.Input, null, Framed(id));
        probe.Flush();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(WorkerHarness.Settings(cluster.BootstrapServers,
            new Uri(registry.Url), topics, ("Input:TextFields:0", "who.nick"), ("Input:TextFields:1", "text")));
        ConsumeResult<byte[]?, byte[]?> label = Assert.Single(probe.ReadAll(topics.Output, 1));
        Assert.Equal(("d1", 4), (KafkaProbe.PredictionOf(label).DocumentId, KafkaProbe.PredictionOf(label).Tokens));
        await worker.StopAsync();
        Assert.Equal((1, 0), (worker.Progress.Published, worker.Progress.DeadLettered));
    }

    [Fact]
    public async Task What_Confluents_serializer_writes_with_a_registered_schema_that_refers_to_another_is_labelled()
    {
        TestTopics topics = cluster.CreateTopics(partitions: 1);
        const string Flat = """{"type":"record","name":"Person","namespace":"shop","fields":[{"name":"nick","type":"string"}]}""";
        await RegisterAsync(topics.Input + "-person", Flat);
        int id = await RegisterAsync(topics.Input + "-value", Doc, ("shop.Person", topics.Input + "-person"));
        var schema = (RecordSchema)Schema.Parse(Doc.Replace("\"shop.Person\"", Flat, StringComparison.Ordinal));
        GenericRecord who = new((RecordSchema)schema["who"].Schema), document = new(schema);
        who.Add("nick", "good");
        document.Add("id", "d2");
        document.Add("who", who);
        document.Add("text", "film");
        using CachedSchemaRegistryClient client = new(new SchemaRegistryConfig { Url = registry.Url });
        AvroSerializer<GenericRecord> serializer = new(client, new AvroSerializerConfig
        {
            AutoRegisterSchemas = false,
            UseLatestVersion = true,
        });
        byte[] value = await serializer.SerializeAsync(document, new SerializationContext(MessageComponentType.Value, topics.Input));
        Assert.Equal(id, BinaryPrimitives.ReadInt32BigEndian(value.AsSpan(1)));
        using KafkaProbe probe = new(cluster.BootstrapServers);
        probe.Send(topics.Input, null, value);
        probe.Flush();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(WorkerHarness.Settings(cluster.BootstrapServers,
            new Uri(registry.Url), topics, ("Input:TextFields:0", "who.nick"), ("Input:TextFields:1", "text")));
        Prediction label = KafkaProbe.PredictionOf(Assert.Single(probe.ReadAll(topics.Output, 1)));
        Assert.Equal(("d2", 4), (label.DocumentId, label.Tokens));
        await worker.StopAsync();
    }

    private static byte[] Framed(int id)
    {
        ArrayBufferWriter<byte> output = new();
        WireHeader.Write(output, id);
        using MemoryStream payload = new();
        BinaryEncoder encoder = new(payload);
        encoder.WriteString("d1");
        encoder.WriteString("good");
        encoder.WriteLong(1);
        encoder.WriteString("Ulm");
        encoder.WriteString("film");
        return [.. output.WrittenSpan, .. payload.ToArray()];
    }

    private async Task<int> RegisterAsync(string subject, string schema, params (string Name, string Subject)[] references)
    {
        using HttpClient http = new();
        using HttpResponseMessage answer = await http.PostAsJsonAsync(
            string.Create(CultureInfo.InvariantCulture, $"{registry.Url}/subjects/{Uri.EscapeDataString(subject)}/versions"), new
            {
                schema,
                references = references.Select(reference => new { name = reference.Name, subject = reference.Subject, version = 1 }),
            });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetInt32();
    }
}

using Avro.Generic;
using Confluent.Kafka;
using Confluent.SchemaRegistry;
using Confluent.SchemaRegistry.Serdes;
using Sluice.Schemas;
using Schema = Avro.Schema;

namespace FunctionalTests.Registry;

/// <summary>Documents whose schema is named in a header, or by a GUID: as Confluent's serializer writes them, and by hand.</summary>
[Collection(TestClusterTests.Name)]
public sealed class SchemaHeaderTests(TestCluster cluster)
{
    private const string Header = "__value_schema_id";
    private const string Mail = """
        {"type":"record","name":"Mail","fields":[{"name":"id","type":"string"},{"name":"body","type":"string"}]}
        """;

    [Fact]
    public async Task What_Confluents_serializer_writes_with_the_GUID_in_a_header_is_labelled_and_its_deserializer_reads_the_label()
    {
        await using GuidRegistry guids = await GuidRegistry.StartAsync(cluster.RegistryUrl);
        TestTopics topics = cluster.CreateTopics(partitions: 1);
        using var registry = new CachedSchemaRegistryClient(new SchemaRegistryConfig { Url = guids.Url.ToString() });
        var serializer = new AvroSerializer<GenericRecord>(registry,
            new AvroSerializerConfig { SchemaIdStrategy = SchemaIdSerializerStrategy.Header });
        var mail = new GenericRecord((Avro.RecordSchema)Schema.Parse(Mail));
        mail.Add("id", "m-1");
        mail.Add("body", "good film");
        Headers headers = [];
        byte[] value = await serializer.SerializeAsync(mail, new SerializationContext(MessageComponentType.Value, topics.Input, headers));
        Assert.Equal((17, 1), (headers.GetLastBytes(Header).Length, headers.GetLastBytes(Header)[0]));

        ConsumeResult<byte[]?, byte[]?> label = Assert.Single(await LabelAsync(topics, guids.Url, (value, headers)));

        Assert.Equal("m-1", KafkaProbe.PredictionOf(label).DocumentId);
        GenericRecord read = await new AvroDeserializer<GenericRecord>(registry).DeserializeAsync(label.Message.Value, isNull: false,
            new SerializationContext(MessageComponentType.Value, topics.Output, label.Message.Headers));
        Assert.Equal("m-1", read["document_id"]);
    }

    [Fact]
    public async Task An_id_in_a_header_is_read_and_what_cannot_be_is_told_with_the_header()
    {
        TestTopics topics = cluster.CreateTopics(partitions: 1);
        int id = await WorkerHarness.RegisterAsync(cluster.RegistryUrl, topics.Input, Mail);
        byte[] payload = [.. ChangeEvents.AvroText("m-1"), .. ChangeEvents.AvroText("good film")];
        byte[] guid = [1, .. Guid.NewGuid().ToByteArray(bigEndian: true)];

        ConsumeResult<byte[]?, byte[]?> label = Assert.Single(await LabelAsync(topics, cluster.RegistryUrl,
            (payload, new Headers { { Header, [0, (byte)(id >> 24), (byte)(id >> 16), (byte)(id >> 8), (byte)id] }, { "trace", [7] } }),
            (payload, new Headers { { Header, [9, 9] } }), (payload, new Headers { { Header, guid } }), ([.. guid, .. payload], [])));

        Prediction prediction = KafkaProbe.PredictionOf(label);
        Assert.Equal(("m-1", 4), (prediction.DocumentId, prediction.Tokens));
        Assert.Equal(["trace"], label.Message.Headers.Select(header => header.Key));
        using KafkaProbe probe = new(cluster.BootstrapServers);
        foreach (ConsumeResult<byte[]?, byte[]?> dead in probe.ReadAll(topics.DeadLetters, 3))
        {
            Assert.Equal("wire-format", PoisonMessageTests.Header(dead, "sluice.error.reason"));
            Assert.Contains(Header, PoisonMessageTests.Header(dead, "sluice.error.message"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task JSON_with_a_byte_order_mark_or_behind_the_frame_of_JSON_Schema_is_labelled_and_Protobuf_is_named()
    {
        TestTopics topics = cluster.CreateTopics(partitions: 1);
        byte[] json = """{"id":"m-1","body":"good film"}"""u8.ToArray();

        List<ConsumeResult<byte[]?, byte[]?>> labels = await LabelAsync(topics, cluster.RegistryUrl, json: true,
            ([0xEF, 0xBB, 0xBF, .. json], []), ([0, 0, 0, 0, 7, .. json], []), (json, new Headers { { Header, [0, 0, 0, 0, 7] } }),
            ([0, 0, 0, 0, 7, 0, 10, 3, .. "m-1"u8], []));

        Assert.All(labels, label => Assert.Equal(("m-1", 4),
            (KafkaProbe.PredictionOf(label).DocumentId, KafkaProbe.PredictionOf(label).Tokens)));
        Assert.Equal(3, labels.Count);
        using KafkaProbe probe = new(cluster.BootstrapServers);
        ConsumeResult<byte[]?, byte[]?> dead = Assert.Single(probe.ReadAll(topics.DeadLetters, 1));
        Assert.Equal("wire-format", PoisonMessageTests.Header(dead, "sluice.error.reason"));
        Assert.Contains("Protobuf is not read", PoisonMessageTests.Header(dead, "sluice.error.message"), StringComparison.Ordinal);
    }

    private Task<List<ConsumeResult<byte[]?, byte[]?>>> LabelAsync(TestTopics topics, Uri registry,
        params (byte[] Value, Headers Headers)[] documents) => LabelAsync(topics, registry, json: false, documents);

    /// <summary>Has documents labelled; returns the labels once all offsets are committed.</summary>
    private async Task<List<ConsumeResult<byte[]?, byte[]?>>> LabelAsync(TestTopics topics, Uri registry, bool json,
        params (byte[] Value, Headers Headers)[] documents)
    {
        using KafkaProbe probe = new(cluster.BootstrapServers);
        foreach ((byte[] value, Headers headers) in documents) probe.Send(topics.Input, "k"u8.ToArray(), value, headers);
        probe.Flush();
        Dictionary<string, string?> settings = WorkerHarness.Settings(cluster.BootstrapServers, registry, topics,
            ("Input:Format", json ? "Json" : "Avro"), ("Input:TextFields:0", "body"));
        settings.Remove("Input:TextFields:1");
        await using WorkerHarness worker = await WorkerHarness.StartAsync(settings);
        probe.WaitForCommitted(topics.Group, topics.Input, documents.Length);
        await worker.StopAsync();
        return probe.ReadAll(topics.Output, 1);
    }
}

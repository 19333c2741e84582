using Avro;
using Avro.Generic;
using Avro.IO;
using Confluent.Kafka;
using Confluent.SchemaRegistry;
using Confluent.SchemaRegistry.Serdes;
using Sluice.Schemas;
using Schema = Avro.Schema;

namespace FunctionalTests.Registry;

/// <summary>
/// Confluent's serializers and Apache.Avro as other programs use them, over the registry's API: each reads our
/// labels, and what each writes is labelled.
/// </summary>
[Collection(TestClusterTests.Name)]
public sealed class ForeignAvroTests(TestCluster cluster)
{
    /// <summary>A record as a stranger's program has it: other fields, logical types, defaults, a text that may be null.</summary>
    private const string Ticket = """
        {"type":"record","name":"Ticket","namespace":"shop.tickets","doc":"A customer writes.","fields":[
          {"name":"number","type":"long"},
          {"name":"opened","type":{"type":"long","logicalType":"timestamp-millis"}},
          {"name":"price","type":{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}},
          {"name":"state","type":{"type":"enum","name":"State","symbols":["OPEN","DONE"],"default":"OPEN"}},
          {"name":"tags","type":{"type":"array","items":"string"},"default":[]},
          {"name":"mail","type":["null",{"type":"record","name":"Mail","fields":[
            {"name":"subject","type":["null","string"],"default":null},{"name":"body","type":"string"}]}],"default":null}]}
        """;

    [Fact]
    public async Task What_Confluents_serializer_writes_is_labelled_and_its_deserializer_reads_the_label()
    {
        TestTopics topics = cluster.CreateTopics(partitions: 1);
        using var registry = new CachedSchemaRegistryClient(new SchemaRegistryConfig { Url = cluster.RegistryUrl.ToString() });
        var serializer = new AvroSerializer<GenericRecord>(registry);
        byte[] value = await serializer.SerializeAsync(TicketOf(4711, "good film"),
            new SerializationContext(MessageComponentType.Value, topics.Input));

        ConsumeResult<byte[]?, byte[]?> label = await LabelAsync(topics, value);

        GenericRecord read = await new AvroDeserializer<GenericRecord>(registry).DeserializeAsync(label.Message.Value, isNull: false,
            new SerializationContext(MessageComponentType.Value, topics.Output));
        CheckLabel(read, KafkaProbe.PredictionOf(label));
        Assert.Equal(topics.Output + "-value",
            Assert.Single(await registry.GetAllSubjectsAsync(), subject => subject == topics.Output + "-value"));
    }

    [Fact]
    public async Task What_Apache_Avro_writes_is_labelled_and_it_reads_the_label_with_the_schema_of_the_registry()
    {
        TestTopics topics = cluster.CreateTopics(partitions: 1);
        int id = await WorkerHarness.RegisterAsync(cluster.RegistryUrl, topics.Input, Ticket);
        using var payload = new MemoryStream();
        new GenericDatumWriter<GenericRecord>(Schema.Parse(Ticket)).Write(TicketOf(4711, "good film"), new BinaryEncoder(payload));

        ConsumeResult<byte[]?, byte[]?> label = await LabelAsync(topics, [0, 0, 0, 0, (byte)id, .. payload.ToArray()]);

        using var registry = new CachedSchemaRegistryClient(new SchemaRegistryConfig { Url = cluster.RegistryUrl.ToString() });
        RegisteredSchema written = await registry.GetLatestSchemaAsync(topics.Output + "-value");
        Assert.Equal(Schema.Parse(Prediction.SchemaText), Schema.Parse(written.SchemaString));
        GenericRecord read = new GenericDatumReader<GenericRecord>(Schema.Parse(written.SchemaString),
            Schema.Parse(Prediction.SchemaText)).Read(null!, new BinaryDecoder(new MemoryStream(label.Message.Value![5..])));
        CheckLabel(read, KafkaProbe.PredictionOf(label));
    }

    private async Task<ConsumeResult<byte[]?, byte[]?>> LabelAsync(TestTopics topics, byte[] value)
    {
        using KafkaProbe probe = new(cluster.BootstrapServers);
        probe.Send(topics.Input, "k"u8.ToArray(), value);
        probe.Flush();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(WorkerHarness.Settings(
            cluster.BootstrapServers, cluster.RegistryUrl, topics, ("Input:TextFields:0", "mail.subject"),
                ("Input:TextFields:1", "mail.body"), ("Input:IdField", "number"), ("Output:CopyFields:0", "tags[]"),
                ("Output:CopyFields:1", "price")));
        ConsumeResult<byte[]?, byte[]?> label = Assert.Single(probe.ReadAll(topics.Output, 1));
        await worker.StopAsync();
        return label;
    }

    private static void CheckLabel(GenericRecord read, Prediction ours)
    {
        Assert.Equal(("4711", ours.Label, ours.Mode.ToString().ToUpperInvariant()),
            (read["document_id"], read["label"], ((GenericEnum)read["mode"]).Value));
        Assert.Equal(ours.Scores.Select(score => (score.Label, score.Score)),
            ((object[])read["scores"]).Cast<GenericRecord>().Select(score => ((string)score["label"], (float)score["score"])));
        Assert.Equal(ours.LabelledAt.UtcDateTime, ((DateTime)read["labelled_at"]).ToUniversalTime());
        Assert.Equal((0, null, ours.Scores.Max(score => score.Score), false, null),
            (read["revision"], read["exit"], read["confidence"], read["chosen_for_audit"], read["thresholds_version"]));
        Assert.Matches("^sha256:[0-9a-f]{64}$", (string)read["model_digest"]);
        Assert.Equal([("price", "12.75"), ("tags[]", "a b")], ((IDictionary<string, object>)read["fields"])
            .OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => (field.Key, (string)field.Value)));
    }

    private static GenericRecord TicketOf(long number, string body)
    {
        var schema = (RecordSchema)Schema.Parse(Ticket);
        var mail = new GenericRecord((RecordSchema)((UnionSchema)schema["mail"].Schema)[1]);
        mail.Add("subject", null);
        mail.Add("body", body);
        var ticket = new GenericRecord(schema);
        ticket.Add("number", number);
        ticket.Add("opened", new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        ticket.Add("price", new AvroDecimal(12.75m));
        ticket.Add("state", new GenericEnum((EnumSchema)schema["state"].Schema, "DONE"));
        ticket.Add("tags", new[] { "a", "b" });
        ticket.Add("mail", mail);
        return ticket;
    }
}

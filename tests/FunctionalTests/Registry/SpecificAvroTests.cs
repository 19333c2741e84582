using Avro.Specific;
using Confluent.Kafka;
using Confluent.SchemaRegistry;
using Confluent.SchemaRegistry.Serdes;
using FunctionalTests.Kafka;
using Schema = Avro.Schema;

namespace FunctionalTests.Registry;

/// <summary>
/// Confluent's serializers over classes that a stranger's program has for its records, on a real broker and a real registry: his class for
/// labels knows some of their fields only.
/// </summary>
public sealed class SpecificAvroTests(RealKafka kafka, RealRegistry registry) : IClassFixture<RealKafka>, IClassFixture<RealRegistry>
{
    [Fact]
    public async Task What_a_class_writes_is_labelled_and_a_class_with_some_of_the_fields_reads_the_label()
    {
        TestTopics topics = await kafka.CreateTopicsAsync(partitions: 1);
        using var client = new CachedSchemaRegistryClient(new SchemaRegistryConfig { Url = registry.Url });
        byte[] value = await new AvroSerializer<Mail>(client).SerializeAsync(new Mail { Number = 4711, Body = "good film" },
            new SerializationContext(MessageComponentType.Value, topics.Input));
        using KafkaProbe probe = new(kafka.BootstrapServers);
        probe.Send(topics.Input, "k"u8.ToArray(), value);
        probe.Flush();

        await using WorkerHarness worker = await WorkerHarness.StartAsync(WorkerHarness.Settings(kafka.BootstrapServers,
            new Uri(registry.Url), topics, ("Input:TextFields:0", "subject"), ("Input:TextFields:1", "body"), ("Input:IdField", "number")));
        ConsumeResult<byte[]?, byte[]?> label = Assert.Single(probe.ReadAll(topics.Output, 1));
        await worker.StopAsync();

        Label read = await new AvroDeserializer<Label>(client).DeserializeAsync(label.Message.Value, isNull: false,
            new SerializationContext(MessageComponentType.Value, topics.Output));
        Sluice.Schemas.Prediction ours = KafkaProbe.PredictionOf(label);
        Assert.Equal(("4711", ours.Label, ours.Confidence), (read.DocumentId, read.Chosen, read.Confidence));
    }

    /// <summary>A record whose fields stand in an array, in the order of its schema.</summary>
    public abstract class Fields(Schema schema, int count) : ISpecificRecord
    {
        private readonly object?[] _all = new object?[count];

        public Schema Schema { get; } = schema;

        public object? Get(int fieldPos) => _all[fieldPos];

        public void Put(int fieldPos, object? fieldValue) => _all[fieldPos] = fieldValue;
    }

    public sealed class Mail() : Fields(_SCHEMA, 3)
    {
        // The serializer looks for a field of this name, as generated classes have it.
        public static readonly Schema _SCHEMA = Schema.Parse("""
            {"type":"record","name":"Mail","namespace":"shop","fields":[{"name":"number","type":"int"},
              {"name":"subject","type":["null","string"],"default":null},{"name":"body","type":"string"}]}
            """);

        public int Number { init => Put(0, value); }

        public string Body { init => Put(2, value); }
    }

    public sealed class Label() : Fields(_SCHEMA, 3)
    {
        public static readonly Schema _SCHEMA = Schema.Parse("""
            {"type":"record","name":"Prediction","namespace":"sluice","fields":[{"name":"confidence","type":["null","float"]},
              {"name":"document_id","type":"string"},{"name":"label","type":"string"}]}
            """);

        public float? Confidence => (float?)Get(0);

        public string? DocumentId => (string?)Get(1);

        public string? Chosen => (string?)Get(2);
    }
}

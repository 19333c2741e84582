using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Confluent.Kafka;
using Sluice.Cli.Demo.Clusters;
using Sluice.Worker.Documents;
using Sluice.Worker.Documents.Avro;
using Sluice.Worker.Documents.Registry;
using Sluice.Worker.Kafka;

namespace Sluice.Cli;

/// <summary>Reads a topic from its beginning to the end that it has now, and writes each record as a line of JSON. One thread.</summary>
internal sealed class TopicLines : IDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly RegistryClient _registry;
    private readonly Dictionary<int, DatumJson?> _schemas = []; // null where there is no schema, or none that can be read
    private readonly string _servers;

    /// <param name="client">librdkafka's settings, with the brokers.</param>
    /// <param name="registry">Where schemas are asked for.</param>
    /// <exception cref="ArgumentException">The registry's options contradict themselves.</exception>
    /// <exception cref="ClusterException">librdkafka makes no client of the settings.</exception>
    public TopicLines(IReadOnlyDictionary<string, string> client, RegistryOptions registry)
    {
        _servers = client["bootstrap.servers"];
        _registry = new RegistryClient(registry with { UnknownIdGrace = TimeSpan.Zero }); // a line is shown without it meanwhile
        ConsumerConfig config = new(client.ToDictionary())
        {
            GroupId = "sluice-read",
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
        };
        _consumer = ClientSettings.Build(
            new ConsumerBuilder<byte[]?, byte[]?>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build,
            "consumer", EnvironmentSettings.Redaction);
    }

    /// <param name="topic">The topic.</param>
    /// <param name="last">Most records of each partition, its last ones; null for all.</param>
    /// <param name="output">Where the lines go.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="ClusterException">There is no such topic, or nobody answers.</exception>
    /// <exception cref="RegistryUnavailableException">A value needs a schema and the registry does not answer.</exception>
    public async Task PrintAsync(string topic, int? last, Stream output, CancellationToken stop)
    {
        Dictionary<Partition, long> ends = [];
        List<TopicPartitionOffset> begins = [];
        foreach (TopicPartition partition in PartitionsOf(topic))
        {
            WatermarkOffsets range = _consumer.QueryWatermarkOffsets(partition, AnswerTimeout);
            long begin = last is { } most ? Math.Max(range.Low.Value, range.High.Value - most) : range.Low.Value;
            if (begin >= range.High.Value) continue;
            begins.Add(new(partition, begin));
            ends.Add(partition.Partition, range.High.Value);
        }

        _consumer.Assign(begins);
        while (ends.Count > 0)
        {
            stop.ThrowIfCancellationRequested();
            // The last offset of a partition may hold a transaction's marker, which is no record: its position tells.
            if (_consumer.Consume(AnswerTimeout / 20) is { } result && result.Offset.Value < ends.GetValueOrDefault(result.Partition))
                await WriteAsync(result, output, stop);
            foreach (TopicPartitionOffset begin in begins)
            {
                if (_consumer.Position(begin.TopicPartition) is not { IsSpecial: false } next) continue;
                if (ends.TryGetValue(begin.Partition, out long end) && next.Value >= end) ends.Remove(begin.Partition);
            }
        }
    }

    public void Dispose()
    {
        _consumer.Dispose();
        _registry.Dispose();
    }

    private List<TopicPartition> PartitionsOf(string topic)
    {
        using IAdminClient admin = new DependentAdminClientBuilder(_consumer.Handle).Build();
        try
        {
            TopicMetadata found = admin.GetMetadata(topic, AnswerTimeout).Topics.Single();
            return found.Error.IsError
                ? throw new ClusterException($"Topic '{topic}' on {_servers}: {found.Error.Reason}.")
                : [.. found.Partitions.Select(partition => new TopicPartition(topic, partition.PartitionId))];
        }
        catch (KafkaException e)
        {
            throw new ClusterException($"No broker at {_servers} answers: {e.Error.Reason}; check --cluster.");
        }
    }

    private async Task WriteAsync(ConsumeResult<byte[]?, byte[]?> record, Stream output, CancellationToken stop)
    {
        bool framed = WireHeader.Read(record.Message.Value, out int id, out _) == WireHeaderResult.Ok;
        DatumJson? schema = framed ? await SchemaAsync(id, stop) : null;
        await using (Utf8JsonWriter json = new(output, Relaxed))
        {
            json.WriteStartObject();
            json.WriteNumber("partition", record.Partition.Value);
            json.WriteNumber("offset", record.Offset.Value);
            Write(json, "key", record.Message.Key);
            if (record.Message.Headers is { Count: > 0 } headers)
            {
                json.WriteStartObject("headers");
                foreach (IHeader header in headers) Write(json, header.Key, header.GetValueBytes());
                json.WriteEndObject();
            }

            Write(json, record.Message.Value, schema);
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    private async Task<DatumJson?> SchemaAsync(int id, CancellationToken stop)
    {
        if (_schemas.TryGetValue(id, out DatumJson? known)) return known;
        try
        {
            RegisteredSchema schema = await _registry.GetSchemaAsync(id, stop);
            return _schemas[id] = new DatumJson(SchemaReader.Read(schema.Text, schema.Referenced));
        }
        catch (RegistryUnavailableException e)
        {
            throw new RegistryUnavailableException($"A value needs schema {id} to be read. {e.Message}", e);
        }
        catch (Exception e) when (e is SchemaNotFoundException or AvroSchemaException)
        {
            return _schemas[id] = null;
        }
    }

    private static void Write(Utf8JsonWriter json, byte[]? value, DatumJson? schema)
    {
        bool tooLarge = false;
        if (schema is not null && schema.TryWrite(value![WireHeader.Length..], out ReadOnlyMemory<byte> decoded, out tooLarge))
        {
            json.WritePropertyName("value");
            json.WriteRawValue(decoded.Span, skipInputValidation: true);
            return;
        }

        // Bytes may happen to begin as a frame does.
        if (JsonObjectLine.TryWrite(value, out byte[] line))
        {
            json.WritePropertyName("value");
            json.WriteRawValue(line, skipInputValidation: true);
            return;
        }

        Write(json, "value", value);
        if (tooLarge) json.WriteString("value_error", $"decoded, it takes more than {DatumJson.LimitBytes >> 20} MiB of JSON");
    }

    private static void Write(Utf8JsonWriter json, string name, byte[]? bytes)
    {
        if (bytes is null) json.WriteNull(name);
        else if (Utf8.IsValid(bytes)) json.WriteString(name, Encoding.UTF8.GetString(bytes));
        else json.WriteString(name + "_hex", Convert.ToHexStringLower(bytes));
    }
}

using System.Buffers;
using System.Text;
using Avro.IO;
using Confluent.Kafka;
using Sluice.Schemas;
using Sluice.Worker.Documents;

namespace FunctionalTests;

[Collection(TestClusterTests.Name)]
public sealed class PoisonMessageTests(TestCluster cluster)
{
    private static readonly byte[] Good = "good film"u8.ToArray();

    [Fact]
    public async Task Each_bad_document_goes_to_the_dead_letter_topic_with_its_reason_and_the_good_ones_around_it_are_labelled()
    {
        TestTopics topics = cluster.CreateTopics();
        int schema = await WorkerHarness.RegisterAsync(cluster.RegistryUrl, topics.Input);
        int other = await WorkerHarness.RegisterAsync(cluster.RegistryUrl, topics.Input + "-other",
            """{"type":"record","name":"Other","fields":[{"name":"id","type":"string"},{"name":"title","type":"string"}]}""");
        int nullable = await WorkerHarness.RegisterAsync(cluster.RegistryUrl, topics.Input + "-null",
            """{"type":"record","name":"N","fields":[{"name":"id","type":"string"},"""
            + """{"name":"subject","type":["null","string"]},{"name":"body","type":["null","string"]}]}""");
        byte[] good = KafkaProbe.Framed(schema, new Document("g", "good", "film"));
        Dictionary<string, byte[]> bad = new()
        {
            ["wire-format:magic"] = [2, .. good.AsSpan(1)],
            ["wire-format:guid"] = [1, .. good.AsSpan(1)], // the registry here serves none
            ["wire-format:short"] = [0, 0, 0],
            ["wire-format:empty"] = [],
            ["wire-format:negative"] = [0, 0xFF, 0xFF, 0xFF, 0xFF, 1],
            ["unknown-schema:id"] = Framed(987_654, w => w.WriteString("x")),
            ["schema-mismatch:field"] = Framed(other, w => { w.WriteString("x"); w.WriteString("y"); }),
            ["malformed-avro:cut"] = good[..^3],
            ["malformed-avro:trailing"] = [.. good, 7],
            ["malformed-avro:length"] = Framed(schema, w => w.WriteLong(long.MaxValue)),
            ["malformed-avro:branch"] = Framed(schema, w => { w.WriteString("x"); w.WriteLong(99); }),
            ["malformed-avro:utf8"] = Framed(schema, w => { w.WriteString("x"); w.WriteLong(0); w.WriteBytes([0x66, 0xFF, 0xFE]); }),
            ["null-text:all"] = Framed(nullable, w => { w.WriteString("x"); w.WriteLong(0); w.WriteLong(0); }),
        };
        using KafkaProbe probe = new(cluster.BootstrapServers);
        int n = 0;
        foreach ((string name, byte[] value) in bad)
        {
            probe.Send(topics.Input, Encoding.UTF8.GetBytes($"good-{n++}"), good);
            probe.Send(topics.Input, Encoding.UTF8.GetBytes(name), value, new Headers { { "trace", Encoding.UTF8.GetBytes(name) } });
        }

        probe.Flush();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(
            WorkerHarness.Settings(cluster.BootstrapServers, cluster.RegistryUrl, topics));
        List<ConsumeResult<byte[]?, byte[]?>> records = probe.ReadAll(topics.DeadLetters, bad.Count);
        Assert.Equal(n, probe.ReadAll(topics.Output, n).Count);
        Assert.Equal(bad.Keys.Order(), records.Select(l => Encoding.UTF8.GetString(l.Message.Key!)).Order());
        foreach (ConsumeResult<byte[]?, byte[]?> record in records)
        {
            string name = Encoding.UTF8.GetString(record.Message.Key!);
            Assert.Equal(name.Split(':')[0], Header(record, "sluice.error.reason"));
            Assert.NotEmpty(Header(record, "sluice.error.message"));
            Assert.Equal(topics.Input, Header(record, "sluice.source.topic"));
            Assert.Equal(name, Header(record, "trace"));
            Assert.Equal(bad[name], record.Message.Value);
        }

        await worker.StopAsync();
        Assert.Null(worker.Failure.First);
        Assert.Equal((bad.Count, n), (worker.Progress.DeadLettered, worker.Progress.Published));
        Assert.Equal(probe.HighWatermarks(topics.Input, 4), probe.Committed(topics.Group, topics.Input, 4));
    }

    [Fact]
    public async Task An_empty_text_is_labelled_and_a_tombstone_passes_as_one()
    {
        TestTopics topics = cluster.CreateTopics(partitions: 1);
        int schema = await WorkerHarness.RegisterAsync(cluster.RegistryUrl, topics.Input);
        using KafkaProbe probe = new(cluster.BootstrapServers);
        probe.Send(topics.Input, "empty"u8.ToArray(), KafkaProbe.Framed(schema, new Document("empty", null, "")));
        probe.Send(topics.Input, "gone"u8.ToArray(), null, new Headers { { "trace", "t"u8.ToArray() } });
        probe.Flush();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(WorkerHarness.Settings(cluster.BootstrapServers,
            cluster.RegistryUrl, topics));
        Dictionary<string, ConsumeResult<byte[]?,
            byte[]?>> results = probe.ReadAll(topics.Output, 2).ToDictionary(r => Encoding.UTF8.GetString(r.Message.Key!));
        Assert.Equal(2, KafkaProbe.PredictionOf(results["empty"]).Tokens);
        Assert.Null(results["gone"].Message.Value);
        Assert.Equal("t", Header(results["gone"], "trace"));
        await worker.StopAsync();
        Assert.Equal((1, 2), (worker.Progress.Tombstones, worker.Progress.Committed));
    }

    [Fact]
    public async Task A_label_too_large_for_its_topic_becomes_a_dead_letter_even_when_the_key_is_what_is_too_large()
    {
        TestTopics topics = cluster.CreateTopics(partitions: 1);
        using KafkaProbe probe = new(cluster.BootstrapServers);
        probe.Send(topics.Input, new byte[30_000], Good);
        probe.Send(topics.Input, "k"u8.ToArray(), Good);
        probe.Flush();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(WorkerHarness.Settings(
            cluster.BootstrapServers, cluster.RegistryUrl, topics, ("Input:Format", "Text"),
                ("Kafka:Producer:message.max.bytes", "10000")));
        ConsumeResult<byte[]?, byte[]?> record = Assert.Single(probe.ReadAll(topics.DeadLetters, 1));
        Assert.Equal(("label-too-large", "0"), (Header(record, "sluice.error.reason"), Header(record, "sluice.source.offset")));
        Assert.Null(record.Message.Key);
        Assert.Single(probe.ReadAll(topics.Output, 1));
        await worker.StopAsync();
        Assert.Null(worker.Failure.First);
        Assert.Equal(probe.HighWatermarks(topics.Input, 1), probe.Committed(topics.Group, topics.Input, 1));
    }

    [Fact]
    public async Task A_text_of_four_megabytes_is_labelled_from_its_beginning()
    {
        TestTopics topics = cluster.CreateTopics(partitions: 1);
        using KafkaProbe probe = new(cluster.BootstrapServers);
        byte[] text = new byte[4_000_000]; // the embedded broker keeps 5 MiB of a partition; RealBrokerTests have the 10 MB
        text.AsSpan().Fill((byte)' ');
        Good.CopyTo(text, 0);
        Good.CopyTo(text, text.Length - Good.Length);
        probe.Send(topics.Input, "large"u8.ToArray(), text);
        probe.Flush();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(WorkerHarness.Settings(cluster.BootstrapServers,
            cluster.RegistryUrl, topics, ("Input:Format", "Text"), ("Pipeline:MaxBytesInFlight", "1024")));
        Prediction prediction = KafkaProbe.PredictionOf(Assert.Single(probe.ReadAll(topics.Output, 1)));
        Assert.Equal(("large", 6, false), (prediction.DocumentId, prediction.Tokens, prediction.Truncated));
    }

    [Fact]
    public async Task Plain_text_and_JSON_are_read_as_configured()
    {
        TestTopics text = cluster.CreateTopics(partitions: 1), json = cluster.CreateTopics(partitions: 1);
        using KafkaProbe probe = new(cluster.BootstrapServers);
        probe.Send(text.Input, "k"u8.ToArray(), Good);
        probe.Send(text.Input, null, Good);
        probe.Send(text.Input, "bad"u8.ToArray(), [0xC3, 0x28]);
        probe.Send(json.Input, null, """{"id":5,"subject":"good","mail":{"body":"film"}}"""u8.ToArray());
        probe.Send(json.Input, null, """{"id":5,"subject":"good"}"""u8.ToArray());
        probe.Flush();
        await using WorkerHarness first = await WorkerHarness.StartAsync(WorkerHarness.Settings(cluster.BootstrapServers,
            cluster.RegistryUrl, text, ("Input:Format", "Text")));
        await using WorkerHarness second = await WorkerHarness.StartAsync(
            WorkerHarness.Settings(cluster.BootstrapServers, cluster.RegistryUrl, json, ("Input:Format", "Json"),
                ("Input:TextFields:1", "mail.body")));
        Assert.Equal([text.Input + ":0:1", "k"],
            probe.ReadAll(text.Output, 2).Select(r =>
                KafkaProbe.PredictionOf(r).DocumentId).Order(StringComparer.Ordinal).OrderByDescending(id => id.Length));
        Assert.Equal("invalid-utf8", Header(Assert.Single(probe.ReadAll(text.DeadLetters, 1)), "sluice.error.reason"));
        Prediction prediction = KafkaProbe.PredictionOf(Assert.Single(probe.ReadAll(json.Output, 1)));
        Assert.Equal(("5", 4), (prediction.DocumentId, prediction.Tokens));
        Assert.Equal("missing-text", Header(Assert.Single(probe.ReadAll(json.DeadLetters, 1)), "sluice.error.reason"));
    }

    internal static string Header(ConsumeResult<byte[]?, byte[]?> record, string name) =>
        Encoding.UTF8.GetString(record.Message.Headers.GetLastBytes(name));

    internal static byte[] Framed(int schemaId, Action<BinaryEncoder> write)
    {
        ArrayBufferWriter<byte> output = new();
        WireHeader.Write(output, schemaId);
        using MemoryStream payload = new();
        write(new BinaryEncoder(payload));
        return [.. output.WrittenSpan, .. payload.ToArray()];
    }
}

using System.Text.Json;
using Sluice.Schemas;

namespace FunctionalTests.Commands;

[Collection(TestClusterTests.Name)]
public sealed class ReadCommandTests(TestCluster cluster)
{
    [Fact]
    public async Task A_topic_is_printed_record_by_record_with_what_its_schema_says()
    {
        TestTopics topics = cluster.CreateTopics(partitions: 1);
        int schema = await WorkerHarness.RegisterAsync(cluster.RegistryUrl, topics.Input);
        using KafkaProbe probe = new(cluster.BootstrapServers);
        probe.Send(topics.Input, "k"u8.ToArray(), KafkaProbe.Framed(schema, new Document("a", "é", "film")),
            new() { { "why", "because"u8.ToArray() } });
        probe.Send(topics.Input, null, "plain"u8.ToArray());
        probe.Send(topics.Input, null, [0xFF]);
        probe.Send(topics.Input, null, null);
        probe.Send(topics.Input, null, "{\n  \"label\": \"ham\",\r\n  \"score\": 1.50\n}"u8.ToArray());
        probe.Flush();

        JsonElement[] lines = await ReadAsync(topics.Input);

        Assert.Equal(("k", "because", "a"),
            (lines[0].GetProperty("key").GetString(), lines[0].GetProperty("headers").GetProperty("why").GetString(),
                lines[0].GetProperty("value").GetProperty("id").GetString()));
        Assert.Equal<string?[]>(["plain", "ff", null],
            [lines[1].GetProperty("value").GetString(), lines[2].GetProperty("value_hex").GetString(),
                lines[3].GetProperty("value").GetString()]);
        Assert.Equal(("ham", "1.50"), (lines[4].GetProperty("value").GetProperty("label").GetString(),
            lines[4].GetProperty("value").GetProperty("score").GetRawText()));
        Assert.Equal([0L, 1, 2, 3, 4], lines.Select(line => line.GetProperty("offset").GetInt64()));
        Assert.Equal(4, Assert.Single(await ReadAsync(topics.Input, "--last", "1")).GetProperty("offset").GetInt64());
    }

    /// <summary>Apache.Avro would allocate gigabytes for the one and end the process for the other.</summary>
    [Fact]
    public async Task Values_that_are_none_of_their_schema_are_printed_as_they_are()
    {
        TestTopics topics = cluster.CreateTopics(partitions: 1);
        int list = await WorkerHarness.RegisterAsync(cluster.RegistryUrl, topics.Input,
            """{"type":"record","name":"List","fields":[{"name":"items","type":{"type":"array","items":"long"}},"""
            + """{"name":"next","type":["null","List"]}]}""");
        using KafkaProbe probe = new(cluster.BootstrapServers);
        byte[] header = [0, 0, 0, 0, (byte)list];
        byte[] bomb = [.. header, 0xFE, 0xFF, 0xFF, 0xFF, 0x7F, 0], deep = [.. header, .. Enumerable.Range(0, 200_000)
            .Select(i => (byte)(i % 2 * 2))];
        probe.Send(topics.Input, null, bomb);
        probe.Send(topics.Input, null, deep);
        probe.Send(topics.Input, null, [.. header, 2, 14, 0, 0]);
        probe.Flush();

        JsonElement[] lines = await ReadAsync(topics.Input);

        Assert.Equal(Convert.ToHexStringLower(bomb), lines[0].GetProperty("value_hex").GetString());
        Assert.Equal(deep.Length, lines[1].GetProperty("value").GetString()!.Length);
        Assert.Equal("""{"items":[7],"next":null}""", lines[2].GetProperty("value").GetRawText());
    }

    [Fact]
    public async Task A_value_that_is_too_large_or_too_deep_to_be_shown_does_not_hide_the_next()
    {
        TestTopics topics = cluster.CreateTopics(partitions: 1);
        string chain = string.Join(',', Enumerable.Range(0, 3000).Select(i =>
            $$"""{"type":"record","name":"R{{i}}","fields":[{"name":"f","type":"{{(i == 0 ? "null" : $"R{i - 1}")}}"}]}"""));
        int large = await WorkerHarness.RegisterAsync(cluster.RegistryUrl, topics.Input + "-large",
            $$"""{"type":"array","items":{"type":"enum","name":"E","symbols":["{{new string('n', 100_000)}}"]} }""");
        int deep = await WorkerHarness.RegisterAsync(cluster.RegistryUrl, topics.Input + "-deep",
            $$"""{"type":"record","name":"Doc","fields":[{"name":"u","type":["null",{{chain}}]},{"name":"w","type":"R2999"}]}""");
        using KafkaProbe probe = new(cluster.BootstrapServers);
        probe.Send(topics.Input, null, [0, 0, 0, 0, (byte)large, 0xD0, 0x0F, .. new byte[1001]]);
        probe.Send(topics.Input, null, [0, 0, 0, 0, (byte)deep, 0]);
        probe.Send(topics.Input, null, "plain"u8.ToArray());
        probe.Flush();

        JsonElement[] lines = await ReadAsync(topics.Input);

        Assert.Equal(1008, lines[0].GetProperty("value_hex").GetString()!.Length / 2);
        Assert.Contains("more than 16 MiB", lines[0].GetProperty("value_error").GetString(), StringComparison.Ordinal);
        Assert.Equal(6, lines[1].GetProperty("value").GetString()!.Length);
        Assert.Equal("plain", lines[2].GetProperty("value").GetString());
    }

    [Fact]
    public async Task A_registry_that_does_not_answer_is_told_by_its_option_once_and_by_what_needs_it()
    {
        TestTopics topics = cluster.CreateTopics(partitions: 1);
        using KafkaProbe probe = new(cluster.BootstrapServers);
        probe.Send(topics.Input, null, KafkaProbe.Framed(7, new Document("a", "b", "c")));
        probe.Flush();
        (int code, string output, string error) = await SluiceProcess.RunAsync(default,
            "read", topics.Input, "--cluster", cluster.BootstrapServers, "--registry", "http://127.0.0.1:1");
        Assert.Equal((1, ""), (code, output));
        Assert.Equal("A value needs schema 7 to be read. The schema registry at http://127.0.0.1:1/ did not answer in 2 attempts: "
            + "Connection refused (127.0.0.1:1). Is it running, and is --registry right?\n", error);
    }

    [Fact]
    public async Task A_topic_that_is_not_there_is_named()
    {
        (int code, _, string error) = await SluiceProcess.RunAsync(default, "read", "no-such-topic", "--cluster", cluster.BootstrapServers);
        Assert.Equal(1, code);
        Assert.Contains("Topic 'no-such-topic'", error, StringComparison.Ordinal);
    }

    private async Task<JsonElement[]> ReadAsync(string topic, params string[] more)
    {
        (int code, string output, string error) = await SluiceProcess.RunAsync(default,
            ["read", topic, "--cluster", cluster.BootstrapServers, "--registry", cluster.RegistryUrl.ToString(), .. more]);
        Assert.True(code == 0, error);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }
}

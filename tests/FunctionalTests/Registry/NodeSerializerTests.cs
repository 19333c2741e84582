using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using FunctionalTests.Kafka;
using Sluice.Schemas;

namespace FunctionalTests.Registry;

/// <summary>
/// Confluent's serializers for Node as another program runs them, on a real broker and a real registry: what they write is labelled, and
/// they read the labels. Their bytes lie in tests/Data/vectors/node, too, for where they cannot be run.
/// </summary>
public sealed class NodeSerializerTests(RealKafka kafka, RealRegistry registry) : IClassFixture<RealKafka>, IClassFixture<RealRegistry>
{
    private static readonly string Script = Path.Combine(RepositoryRoot.Find(), "tests", "Data", "vectors", "node", "serializers.mjs");

    [Theory]
    [InlineData("avro")]
    [InlineData("json")]
    public async Task What_they_write_is_labelled_however_its_schema_is_named_and_they_read_the_labels(string format)
    {
        string modules = Modules();
        await using GuidRegistry guids = await GuidRegistry.StartAsync(new Uri(registry.Url + "/")); // the real one knows no GUIDs
        TestTopics topics = await kafka.CreateTopicsAsync(partitions: 1);
        JsonElement[] documents = [.. (await RunAsync(modules, "", "write", guids.Url.ToString(), topics.Input))
            .Where(document => document.GetProperty("format").GetString() == format)];
        using KafkaProbe probe = new(kafka.BootstrapServers);
        foreach (JsonElement document in documents) Send(probe, topics.Input, document);
        probe.Flush();

        List<ConsumeResult<byte[]?, byte[]?>> labels = await LabelAsync(probe, topics, guids.Url, format);

        Assert.Equal(["prefix", "header"], documents.Select(document => document.GetProperty("named").GetString()));
        string given = string.Concat(labels.Select(label => format == "avro"
            ? $$"""{"avro":"{{Convert.ToHexString(label.Message.Value!)}}"}""" + "\n"
            : $$"""{"json":{{JsonSerializer.Serialize(Encoding.UTF8.GetString(label.Message.Value!))}}}""" + "\n"));
        JsonElement[] read = [.. await RunAsync(modules, given, "read", guids.Url.ToString(), topics.Output)];
        Assert.Equal(2, read.Length);
        for (int i = 0; i < read.Length; i++)
        {
            Assert.Equal(("4711", 4, topics.Input, labels[i].Offset.Value), (read[i].GetProperty("document_id").GetString(),
                read[i].GetProperty("tokens").GetInt32(), read[i].GetProperty("source_topic").GetString(),
                read[i].GetProperty("source_offset").GetInt64()));
            Assert.Equal("""{"tags[]":"a b","price":"12.75"}""", read[i].GetProperty("fields").GetRawText());
            CheckSame(format == "avro" ? Json(KafkaProbe.PredictionOf(labels[i])) : labels[i].Message.Value!, read[i]);
        }
    }

    private async Task<List<ConsumeResult<byte[]?, byte[]?>>> LabelAsync(KafkaProbe probe, TestTopics topics, Uri url, string format)
    {
        (string, string)[] json = format == "json" ? [("Input:Format", "Json"), ("Output:Format", "Json")] : [];
        await using WorkerHarness worker = await WorkerHarness.StartAsync(WorkerHarness.Settings(kafka.BootstrapServers, url, topics,
            [("Input:TextFields:0", "mail.subject"), ("Input:TextFields:1", "mail.body"), ("Input:IdField", "number"),
                ("Output:CopyFields:0", "tags[]"), ("Output:CopyFields:1", "price"), .. json]));
        List<ConsumeResult<byte[]?, byte[]?>> labels = probe.ReadAll(topics.Output, 2);
        await worker.StopAsync();
        Assert.Null(worker.Failure.First);
        return labels;
    }

    private static void Send(KafkaProbe probe, string topic, JsonElement document)
    {
        Headers headers = [];
        foreach (JsonProperty header in document.GetProperty("headers").EnumerateObject())
            headers.Add(header.Name, Convert.FromHexString(header.Value.GetString()!));
        probe.Send(topic, "k"u8.ToArray(), Convert.FromHexString(document.GetProperty("value").GetString()!), headers);
    }

    private static byte[] Json(Prediction prediction)
    {
        ArrayBufferWriter<byte> output = new();
        PredictionJson.Write(prediction, output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Member by member; what is a float for us may have been a double for Node.</summary>
    private static void CheckSame(byte[] label, JsonElement read)
    {
        JsonElement ours = JsonDocument.Parse(label).RootElement;
        Assert.Equal(ours.EnumerateObject().Select(Told), read.EnumerateObject().Select(Told));

        static string Told(JsonProperty member) => member.Name switch
        {
            "scores" => string.Join(' ', member.Value.EnumerateArray().Select(score =>
                $"{score.GetProperty("label").GetString()}={score.GetProperty("score").GetSingle()}")),
            "confidence" => $"confidence={member.Value.GetSingle()}",
            _ => $"{member.Name}={member.Value.GetRawText()}",
        };
    }

    private static string Modules()
    {
        if (OnPath.Missing("node").Count > 0) Need.Node.Missing("node is not on the PATH");
        string? modules = Environment.GetEnvironmentVariable("SLUICE_TEST_NODE_MODULES");
        if (!File.Exists(Path.Combine(modules ?? "", "@confluentinc", "schemaregistry", "package.json")))
            Need.NodeSerializers.Missing("SLUICE_TEST_NODE_MODULES names no folder with @confluentinc/schemaregistry");
        return modules!;
    }

    private static async Task<IEnumerable<JsonElement>> RunAsync(string modules, string input, params string[] arguments)
    {
        ProcessStartInfo start = new("node", [Script, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["NODE_PATH"] = modules },
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await errors);
        return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement);
    }
}

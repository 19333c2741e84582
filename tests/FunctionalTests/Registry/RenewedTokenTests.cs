using Confluent.Kafka;
using FunctionalTests.Kafka;
using Sluice.Schemas;

namespace FunctionalTests.Registry;

/// <summary>A bearer token that is renewed in its file while the worker runs, on a real broker and before a real registry.</summary>
public sealed class RenewedTokenTests(RealKafka kafka, RealRegistry registry)
    : IClassFixture<RealKafka>, IClassFixture<RealRegistry>, IDisposable
{
    private const string First = "f1rst-t0ken", Second = "s3cond-t0ken";

    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-token-").FullName;

    [Fact]
    public async Task Documents_of_a_new_schema_wait_while_the_token_is_out_of_date_and_are_labelled_once_it_is_renewed()
    {
        TestTopics topics = await kafka.CreateTopicsAsync(partitions: 1);
        int known = await WorkerHarness.RegisterAsync(new Uri(registry.Url), topics.Input);
        int added = await WorkerHarness.RegisterAsync(new Uri(registry.Url), topics.Input + "-new",
            Document.SchemaText.Replace("\"Document\"", "\"NewDocument\"", StringComparison.Ordinal));
        await using SwitchedRegistry guarded = await SwitchedRegistry.StartAsync(new Uri(registry.Url + "/"));
        guarded.Token = First;
        string file = Path.Combine(_folder, "token");
        Renew(file, First);
        using KafkaProbe probe = new(kafka.BootstrapServers);
        await using WorkerHarness worker = await WorkerHarness.StartAsync(WorkerHarness.Settings(kafka.BootstrapServers, guarded.Url,
            topics, ("Registry:BearerTokenFile", file), ("Registry:Attempts", "2"), ("Registry:MaxRetryDelay", "00:00:00.100")));
        Send(probe, topics, known, "before");
        Assert.Equal("before", KafkaProbe.PredictionOf(Assert.Single(probe.ReadAll(topics.Output, 1))).DocumentId);
        Assert.Equal(0, guarded.Refused);

        guarded.Token = Second;
        Send(probe, topics, added, "after");
        await worker.Log.WaitForAsync(301, "Sluice:Registry:BearerTokenFile"); // a schema could not be had
        Assert.InRange(guarded.Refused, 1, int.MaxValue);
        Send(probe, topics, known, "meanwhile");
        Assert.Equal(["before", "meanwhile"], Ids(probe.ReadAll(topics.Output, 2)));
        Renew(file, Second);

        Assert.Equal(["before", "meanwhile", "after"], Ids(probe.ReadAll(topics.Output, 3)));
        probe.WaitForCommitted(topics.Group, topics.Input, 3);
        await worker.StopAsync();
        Assert.Null(worker.Failure.First);
        Assert.Empty(probe.ReadAll(topics.DeadLetters, 0));
        Assert.DoesNotContain(worker.Log.Lines, line => line.Text.Contains(First, StringComparison.Ordinal)
            || line.Text.Contains(Second, StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>As who renews tokens does: a whole file takes the old one's place.</summary>
    private void Renew(string file, string token)
    {
        string next = Path.Combine(_folder, "next");
        File.WriteAllText(next, token + "\n");
        File.Move(next, file, overwrite: true);
    }

    private static void Send(KafkaProbe probe, TestTopics topics, int schema, string id)
    {
        probe.Send(topics.Input, null, KafkaProbe.Framed(schema, new Document(id, "good", "film")));
        probe.Flush();
    }

    private static IEnumerable<string> Ids(List<ConsumeResult<byte[]?, byte[]?>> labels) =>
        labels.Select(label => KafkaProbe.PredictionOf(label).DocumentId);
}

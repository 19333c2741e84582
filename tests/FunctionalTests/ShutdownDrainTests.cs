using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Schemas;
using Sluice.Worker.Documents;

namespace FunctionalTests;

[Collection(TestClusterTests.Name)]
public sealed class ShutdownDrainTests(TestCluster cluster)
{
    [Fact]
    public async Task A_stop_in_the_middle_loses_nothing_and_the_next_start_repeats_nothing()
    {
        const int Count = 10_000;
        TestTopics topics = cluster.CreateTopics();
        using KafkaProbe probe = new(cluster.BootstrapServers);
        for (int i = 0; i < Count; i++) probe.Send(topics.Input, Encoding.UTF8.GetBytes($"k{i}"), "good film"u8.ToArray());
        probe.Flush();
        Dictionary<string, string?> settings = WorkerHarness.Settings(cluster.BootstrapServers, cluster.RegistryUrl, topics,
            ("Input:Format", "Text"), ("Pipeline:MaxDocumentsInFlight", "64"));
        settings["Kafka:Consumer:session.timeout.ms"] = "3000"; // so long the embedded broker waits for a member that has left

        long first;
        await using (WorkerHarness worker = await WorkerHarness.StartAsync(settings))
        {
            using PeriodicTimer pace = new(TimeSpan.FromMilliseconds(5)); // all takes seconds
            while (worker.Progress.Published < 100) await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            await worker.StopAsync();
            Assert.Contains(worker.Log.Lines, l => l.Id == 103);
            Assert.Equal(worker.Progress.Consumed, worker.Progress.Committed);
            first = worker.Progress.Consumed;
        }

        Assert.InRange(first, 100, Count - 1);
        await using WorkerHarness next = await WorkerHarness.StartAsync(settings);
        List<ConsumeResult<byte[]?, byte[]?>> labels = probe.ReadAll(topics.Output, Count);
        await next.StopAsync();
        Assert.Equal(Count, labels.Count);
        Assert.Equal(Count, labels.Select(l => KafkaProbe.PredictionOf(l)).Select(p =>
            (p.SourcePartition, p.SourceOffset)).Distinct().Count());
        Assert.Equal(Count - first, next.Progress.Consumed);
    }

    [Fact]
    public async Task At_its_bounds_the_worker_pauses_goes_on_and_labels_each_document_once()
    {
        const int Count = 1000;
        TestTopics topics = cluster.CreateTopics(partitions: 2);
        using KafkaProbe probe = new(cluster.BootstrapServers);
        for (int i = 0; i < Count; i++) probe.Send(topics.Input, Encoding.UTF8.GetBytes($"k{i}"), "good film"u8.ToArray());
        probe.Flush();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(WorkerHarness.Settings(
            cluster.BootstrapServers, cluster.RegistryUrl, topics, ("Input:Format", "Text"), ("Pipeline:PauseAfter", "00:00:00"),
                ("Pipeline:MaxDocumentsInFlight", "100")));
        List<ConsumeResult<byte[]?, byte[]?>> labels = probe.ReadAll(topics.Output, Count);
        await worker.StopAsync();
        Assert.Equal(Count, labels.Count);
        Assert.Equal(Count, worker.Progress.Consumed);
        Assert.Contains(worker.Log.Lines, l => l.Id == 203);
        Assert.Contains(worker.Log.Lines, l => l.Id == 204);
    }

    [Fact]
    public async Task A_stop_ends_within_its_bound_while_a_document_is_stuck()
    {
        TestTopics topics = cluster.CreateTopics(partitions: 1);
        using KafkaProbe probe = new(cluster.BootstrapServers);
        using StuckFormat stuck = new();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(WorkerHarness.Settings(
            cluster.BootstrapServers, cluster.RegistryUrl, topics, ("Input:Format", "Text"), ("Pipeline:DrainTimeout", "00:00:01")),
            parts: services => services.AddSingleton<IDocumentFormat>(stuck));
        probe.Send(topics.Input, null, "good film"u8.ToArray());
        probe.Flush();
        await stuck.Reached;
        await worker.StopAsync();
        stuck.GoOn();
        Assert.Contains(worker.Log.Lines, l => l.Id == 104);
        Assert.Equal(0, probe.Committed(topics.Group, topics.Input, 1)[0]); // where reading began, and not the document
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_a_schema_that_cannot_be_had()
    {
        TestTopics topics = cluster.CreateTopics(partitions: 1);
        await using SwitchedRegistry registry = await SwitchedRegistry.StartAsync(cluster.RegistryUrl);
        int schema = await WorkerHarness.RegisterAsync(cluster.RegistryUrl, topics.Input);
        using KafkaProbe probe = new(cluster.BootstrapServers);
        await using WorkerHarness worker = await WorkerHarness.StartAsync(WorkerHarness.Settings(
            cluster.BootstrapServers, registry.Url, topics, ("Pipeline:DrainTimeout", "00:05:00"), ("Registry:Attempts", "1")),
            registry.Down);
        probe.Send(topics.Input, null, KafkaProbe.Framed(schema, new Document("d", null, "good")));
        probe.Flush();
        await worker.Log.WaitForAsync(301);
        await worker.StopAsync().WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Contains(worker.Log.Lines, l => l.Id == 331);
        Assert.Contains(worker.Log.Lines, l => l.Id == 416);
        Assert.DoesNotContain(worker.Log.Lines, l => l.Id == 104);
        Assert.Equal(0, probe.Committed(topics.Group, topics.Input, 1)[0]); // where reading began, and not the document
    }
}

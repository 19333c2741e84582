using Confluent.Kafka;
using Sluice.Schemas;
using Sluice.Worker.Documents.Registry;

namespace FunctionalTests;

[Collection(TestClusterTests.Name)]
public sealed class RegistryDownTests(TestCluster cluster)
{
    [Fact]
    public async Task While_the_registry_is_down_documents_wait_and_none_is_lost_or_dead_lettered()
    {
        const int Count = 300;
        TestTopics topics = cluster.CreateTopics(partitions: 2);
        int schema = await WorkerHarness.RegisterAsync(cluster.RegistryUrl, topics.Input);
        await using SwitchedRegistry registry = await SwitchedRegistry.StartAsync(cluster.RegistryUrl);
        using KafkaProbe probe = new(cluster.BootstrapServers);
        await using WorkerHarness worker = await WorkerHarness.StartAsync(WorkerHarness.Settings(
            cluster.BootstrapServers, registry.Url, topics, ("Pipeline:MaxDocumentsInFlight", "50"),
                ("Pipeline:PauseAfter", "00:00:00.200"), ("Registry:Attempts", "2")), registry.Down);
        for (int i = 0; i < Count; i++)
            probe.Send(topics.Input, [(byte)i], KafkaProbe.Framed(schema, new Document($"d{i}", "good", "film")));
        probe.Flush();

        await worker.Log.WaitForAsync(301); // a schema could not be had
        await worker.Log.WaitForAsync(203); // reading is paused at its bound
        Assert.InRange(worker.Progress.Consumed, 1, 52);
        Assert.Equal(0, worker.Progress.Published);
        registry.Up();
        List<ConsumeResult<byte[]?, byte[]?>> labels = probe.ReadAll(topics.Output, Count);
        await worker.StopAsync();
        Assert.Equal(Count, labels.Select(l => KafkaProbe.PredictionOf(l).DocumentId).Distinct().Count());
        Assert.Equal((Count, 0L, 0L), ((int)worker.Progress.Published, worker.Progress.DeadLettered, worker.Progress.Dropped));
    }

    [Fact]
    public async Task A_registry_that_takes_the_question_and_never_answers_ends_the_start_when_its_time_is_up()
    {
        TestTopics topics = cluster.CreateTopics(partitions: 1);
        using System.Net.Sockets.TcpListener silent = new(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        Task<WorkerHarness> start = WorkerHarness.StartAsync(WorkerHarness.Settings(
            cluster.BootstrapServers, new Uri($"http://{silent.LocalEndpoint}"), topics, ("Kafka:StartTimeout", "00:00:01"),
                ("Registry:Timeout", "00:05:00")));
        RegistryUnavailableException failure = await Assert.ThrowsAsync<RegistryUnavailableException>(() =>
            start.WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.Contains($"{silent.LocalEndpoint}", failure.Message, StringComparison.Ordinal);
        Assert.Contains("StartTimeout", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Behind_one_document_that_is_stuck_only_so_many_are_read_and_all_are_labelled_in_the_end()
    {
        const int Bound = 20, Count = 300;
        TestTopics topics = cluster.CreateTopics(partitions: 1);
        int known = await WorkerHarness.RegisterAsync(cluster.RegistryUrl, topics.Input);
        int stuck = await WorkerHarness.RegisterAsync(cluster.RegistryUrl, topics.Input + "-new",
            Document.SchemaText.Replace("\"Document\"", "\"NewDocument\"", StringComparison.Ordinal));
        Assert.NotEqual(known, stuck);
        await using SwitchedRegistry registry = await SwitchedRegistry.StartAsync(cluster.RegistryUrl);
        using KafkaProbe probe = new(cluster.BootstrapServers);
        Send(known, 0);
        await using WorkerHarness worker = await WorkerHarness.StartAsync(WorkerHarness.Settings(
            cluster.BootstrapServers, registry.Url, topics, ("Pipeline:MaxDocumentsInFlight", $"{Bound}"), ("Registry:Attempts", "2")));
        probe.ReadAll(topics.Output, 1); // by now the known schema is cached
        registry.Down();
        Send(stuck, 1);
        for (int i = 2; i < Count; i++) Send(known, i);
        await worker.Log.WaitForAsync(208); // read ahead as far as it may
        Assert.InRange(worker.Progress.Consumed, 2 * Bound, 1 + (2 * Bound));
        registry.Up();
        List<ConsumeResult<byte[]?, byte[]?>> labels = probe.ReadAll(topics.Output, Count);
        await worker.StopAsync();
        Assert.Equal(Count, labels.Select(l => KafkaProbe.PredictionOf(l).DocumentId).Distinct().Count());
        Assert.Equal(Count, probe.Committed(topics.Group, topics.Input, 1)[0]);

        void Send(int schema, int i)
        {
            probe.Send(topics.Input, null, KafkaProbe.Framed(schema, new Document($"d{i}", "good", "film")));
            if (i is 0 or 1 or Count - 1) probe.Flush();
        }
    }
}

using Sluice.Schemas;

namespace FunctionalTests.Prometheus;

/// <summary>A real Prometheus of our rules scrapes a real worker: the right alert fires, and no other.</summary>
[Collection(TestClusterTests.Name)]
public sealed class AlertTests(TestCluster cluster)
{
    [Fact]
    public async Task A_partition_that_stands_still_is_told_by_name_until_it_gets_on_and_nothing_else_is()
    {
        _ = PrometheusPrograms.Find("prometheus");
        const int Count = 100;
        TestTopics topics = cluster.CreateTopics(partitions: 1);
        int schema = await WorkerHarness.RegisterAsync(cluster.RegistryUrl, topics.Input);
        await using SwitchedRegistry registry = await SwitchedRegistry.StartAsync(cluster.RegistryUrl);
        using KafkaProbe probe = new(cluster.BootstrapServers);
        string port = FreePort.Find();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(
            Settings(registry.Url, topics, port,
                ("Registry:Attempts", "2"), ("Pipeline:MaxDocumentsInFlight", "5"), ("Pipeline:PauseAfter", "00:00:00.200")),
            registry.Down);
        await using PrometheusServer prometheus = await PrometheusServer.StartAsync(port);
        for (int i = 0; i < Count; i++) probe.Send(topics.Input, null, KafkaProbe.Framed(schema, new Document($"d{i}", "good", "film")));
        probe.Flush();
        await worker.Log.WaitForAsync(301); // the schema could not be had

        Dictionary<string, string> alert = Assert.Single(await prometheus.UntilOneFiresAsync());
        Assert.Equal(("SluiceNoProgress", topics.Input, "0"), (alert["alertname"], alert["topic"], alert["partition"]));
        registry.Up();
        Assert.Equal(Count, probe.ReadAll(topics.Output, Count).Count);
        await prometheus.UntilAsync("""absent(ALERTS{alertstate="firing"})""", "nothing fires");
        Assert.Equal(["SluiceNoProgress"], await prometheus.EverFiredAsync());
    }

    [Fact]
    public async Task A_worker_that_is_gone_is_missed()
    {
        _ = PrometheusPrograms.Find("prometheus");
        string port = FreePort.Find();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(Settings(cluster.RegistryUrl, cluster.CreateTopics(), port));
        await using PrometheusServer prometheus = await PrometheusServer.StartAsync(port);
        Assert.Empty(await prometheus.FiringAsync());
        await worker.StopAsync();

        Dictionary<string, string> alert = Assert.Single(await prometheus.UntilOneFiresAsync());
        Assert.Equal(("SluiceMetricsGone", $"127.0.0.1:{port}"), (alert["alertname"], alert["instance"]));
        Assert.Equal(["SluiceMetricsGone"], await prometheus.EverFiredAsync());
    }

    private Dictionary<string, string?> Settings(Uri registry, TestTopics topics, string port, params (string Name, string Value)[] more) =>
        WorkerHarness.Settings(
            cluster.BootstrapServers, registry, topics, [("Metrics:Port", port), ("Metrics:Host", "127.0.0.1"), .. more]);
}

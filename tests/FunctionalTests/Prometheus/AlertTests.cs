using System.Text;
using FunctionalTests.Inference;
using Sluice.Schemas;

namespace FunctionalTests.Prometheus;

/// <summary>A real Prometheus of our rules scrapes a real worker: the right alert fires, and no other.</summary>
[Collection(TestClusterTests.Name)]
public sealed class AlertTests(TestCluster cluster)
{
    private const string TwoMinutes = "4s"; // of the rules, which are so many times faster here: PrometheusServer.Faster

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

    /// <summary>A mode that may not be left, for more than it can do: lag grows, and the floor is to blame.</summary>
    [Fact]
    public async Task A_burst_that_the_floor_does_not_let_through_is_told_as_such_and_nothing_else_is()
    {
        _ = PrometheusPrograms.Find("prometheus");
        const int Count = 20_000;
        TestTopics topics = cluster.CreateTopics(partitions: 4);
        using KafkaProbe probe = new(cluster.BootstrapServers);
        string port = FreePort.Find();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(Settings(cluster.RegistryUrl, topics, port,
            ("Input:Format", "Text"), ("Model:Path", Models.FolderOf("mail")), ("Model:Mode", "auto"), ("Control:Floor", "teacher"),
            ("Pipeline:DrainTimeout", "00:00:01")));
        await using PrometheusServer prometheus = await PrometheusServer.StartAsync(port);
        byte[] mail = Encoding.UTF8.GetBytes(string.Join(' ', Enumerable.Repeat("Please read this before the end of the week.", 12)));
        for (int i = 0; i < Count; i++) probe.Send(topics.Input, null, mail, partition: i % 4);
        probe.Flush();

        Dictionary<string, string> alert = Assert.Single(await prometheus.UntilOneFiresAsync());
        Assert.Equal(("SluiceSaturated", $"127.0.0.1:{port}"), (alert["alertname"], alert["instance"]));
        Assert.Equal(["SluiceSaturated"], await prometheus.EverFiredAsync());
    }

    /// <summary>What the worker is made for wakes nobody.</summary>
    [Fact]
    public async Task A_burst_that_a_cheaper_mode_drains_is_nobody_s_business()
    {
        _ = PrometheusPrograms.Find("prometheus");
        const int Count = 40_000;
        TestTopics topics = cluster.CreateTopics(partitions: 4);
        using KafkaProbe probe = new(cluster.BootstrapServers);
        using StatedModel model = new();
        string port = FreePort.Find();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(Settings(cluster.RegistryUrl, topics, port,
            ("Input:Format", "Text"), ("Model:Path", model.Folder), ("Control:DrainTarget", "00:00:00.010")));
        await using PrometheusServer prometheus = await PrometheusServer.StartAsync(port);
        for (int i = 0; i < Count; i++) probe.Send(topics.Input, null, "good film"u8.ToArray(), partition: i % 4);
        probe.Flush();
        Assert.Equal(Count, probe.ReadAll(topics.Output, Count).Count);

        await prometheus.UntilAsync($"""
            sum(sluice_mode_changes_total) > 0
              and sum(max_over_time(sluice_saturated[{TwoMinutes}])) + sum(max_over_time(sluice_degraded[{TwoMinutes}])) == 0
            """, "it bent, and has sprung back");
        await prometheus.UntilAsync($"absent_over_time(ALERTS[{TwoMinutes}])", "nothing waits to be told");
        Assert.Empty(await prometheus.EverFiredAsync());
    }

    private Dictionary<string, string?> Settings(Uri registry, TestTopics topics, string port, params (string Name, string Value)[] more) =>
        WorkerHarness.Settings(
            cluster.BootstrapServers, registry, topics, [("Metrics:Port", port), ("Metrics:Host", "127.0.0.1"), .. more]);
}

using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Sluice.Schemas;
using Sluice.Worker.Documents;
using Sluice.Worker.Monitoring;

namespace FunctionalTests.Monitoring;

/// <summary>What a worker says of itself when nothing gets on.</summary>
[Collection(TestClusterTests.Name)]
public sealed class StandstillTests(TestCluster cluster)
{
    [Fact]
    public async Task A_partition_that_stands_still_for_30_s_is_named_and_where_all_waits_for_the_registry_the_worker_lives()
    {
        TestTopics topics = cluster.CreateTopics(partitions: 2);
        int schema = await WorkerHarness.RegisterAsync(cluster.RegistryUrl, topics.Input);
        await using SwitchedRegistry registry = await SwitchedRegistry.StartAsync(cluster.RegistryUrl);
        using KafkaProbe probe = new(cluster.BootstrapServers);
        using MonitoredWorker monitored = new();
        FailingTime time = new();
        await using WorkerHarness worker = await StartAsync(monitored, topics, registry.Url, time, registry.Down);
        probe.Send(topics.Input, null, KafkaProbe.Framed(schema, new Document("d", "good", "film")), partition: 1);
        probe.Flush(); // after the start: what lies there before it may be read before the registry is down
        await worker.Log.WaitForAsync(301); // the document waits for its schema
        string backlog = $"sluice_backlog_records{{topic=\"{topics.Input}\",partition=\"1\"}}";
        string standstill = $"sluice_no_progress_seconds{{topic=\"{topics.Input}\",partition=\"1\"}}";
        await monitored.ScrapeUntilAsync(backlog, records => records == 1); // all of it is read, and in flight
        Pass(time, 20);
        Assert.Equal(HttpStatusCode.OK, (await monitored.HealthAsync("ready")).Status);
        probe.Send(topics.Input, [1], null, partition: 0); // a tombstone, which nobody asks the registry for
        probe.Flush();
        await monitored.ScrapeUntilAsync("sluice_documents_total{mode=\"none\",outcome=\"tombstone\"}", passed => passed == 1);
        Pass(time, 15);
        await worker.Log.WaitForAsync(704); // not ready
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await monitored.HealthAsync("ready")).Status);
        Assert.Equal(HttpStatusCode.OK, (await monitored.HealthAsync("live")).Status); // the other gets on
        Pass(time, 60); // now nothing is finished any more; another start would wait for the registry, too
        (HttpStatusCode status, string json) = await monitored.HealthAsync("live");
        Assert.Equal(HttpStatusCode.OK, status);
        (status, json) = await monitored.HealthAsync("ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains($"\"topic\":\"{topics.Input}\",\"partition\":1", json, StringComparison.Ordinal);
        Assert.Contains("waits for schemas that the schema registry does not give", json, StringComparison.Ordinal);
        Assert.InRange((await monitored.ScrapeAsync()).Samples[standstill], 90, 95);

        registry.Up();
        probe.ReadAll(topics.Output, 1);
        await monitored.ScrapeUntilAsync(backlog, records => records == 0);
        Pass(time, 1);
        await worker.Log.WaitForAsync(705); // none stands still any more
        Assert.Equal(HttpStatusCode.OK, (await monitored.HealthAsync("ready")).Status);
        Assert.DoesNotContain(worker.Log.Lines, line => line.Id == 702);
    }

    [Fact]
    public async Task Where_nothing_is_finished_for_30_s_and_nobody_is_waited_for_the_worker_is_not_live()
    {
        TestTopics topics = cluster.CreateTopics(partitions: 1);
        using KafkaProbe probe = new(cluster.BootstrapServers);
        using MonitoredWorker monitored = new();
        FailingTime time = new();
        using StuckFormat stuck = new();
        await using WorkerHarness worker = await StartAsync(monitored, topics, cluster.RegistryUrl, time,
            parts: services => services.AddSingleton<IDocumentFormat>(stuck), more: ("Input:Format", "Text"));
        probe.Send(topics.Input, null, "good film"u8.ToArray());
        probe.Flush();
        await monitored.ScrapeUntilAsync($"sluice_backlog_records{{topic=\"{topics.Input}\",partition=\"0\"}}", records => records == 1);
        Pass(time, 20);
        time.FailsOnce = true;
        Pass(time, 20);
        await worker.Log.WaitForAsync(706); // one look failed; the next are made
        await worker.Log.WaitForAsync(702); // not live
        (HttpStatusCode status, string json) = await monitored.HealthAsync("live");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains($"\"topic\":\"{topics.Input}\",\"partition\":0", json, StringComparison.Ordinal);

        stuck.GoOn();
        probe.ReadAll(topics.Output, 1);
        await monitored.ScrapeUntilAsync($"sluice_backlog_records{{topic=\"{topics.Input}\",partition=\"0\"}}", records => records == 0);
        Pass(time, 1);
        await worker.Log.WaitForAsync(703); // live again
        Assert.Equal(HttpStatusCode.OK, (await monitored.HealthAsync("ready")).Status);
    }

    private Task<WorkerHarness> StartAsync(MonitoredWorker monitored, TestTopics topics, Uri registry, TimeProvider time,
        Action? started = null, Action<IServiceCollection>? parts = null, params (string, string)[] more) =>
        WorkerHarness.StartAsync(WorkerHarness.Settings(cluster.BootstrapServers, registry, topics,
            [("Metrics:Port", monitored.Port), ("Metrics:Host", "127.0.0.1"), ("Registry:Attempts", "2"), .. more]), started,
            parts: services =>
            {
                services.AddSingleton(own => ActivatorUtilities.CreateInstance<WorkerHealth>(own, time));
                parts?.Invoke(services);
            });

    private static void Pass(FakeTimeProvider time, int seconds)
    {
        for (int second = 0; second < seconds; second++) time.Advance(TimeSpan.FromSeconds(1));
    }

    /// <summary>A clock that throws once when it is told to.</summary>
    private sealed class FailingTime : FakeTimeProvider
    {
        private int _fails;

        public bool FailsOnce { set => _fails = value ? 1 : 0; }

        public override long GetTimestamp() => Interlocked.Exchange(ref _fails, 0) == 0 ? base.GetTimestamp()
            : throw new InvalidOperationException("It fails once.");
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sluice.Worker;

namespace FunctionalTests.Monitoring;

/// <summary>What can be seen of a worker from outside, over HTTP.</summary>
[Collection(TestClusterTests.Name)]
public sealed class MonitoringTests(TestCluster cluster)
{
    [Fact]
    public async Task What_a_worker_has_done_is_read_over_HTTP_in_both_formats()
    {
        const int Count = 200;
        TestTopics topics = cluster.CreateTopics(partitions: 2);
        using KafkaProbe probe = new(cluster.BootstrapServers);
        using MonitoredWorker monitored = new();
        for (int i = 0; i < Count; i++) probe.Send(topics.Input, [(byte)i], Encoding.UTF8.GetBytes($"good film {i}"), partition: i % 2);
        probe.Send(topics.Input, null, [0xff, 0xfe], partition: 0);
        probe.Send(topics.Input, [1], null, partition: 1);
        probe.Flush();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(Settings(topics, monitored.Port,
            ("Input:Format", "Text"), ("Kafka:Common:statistics.interval.ms", "100")));
        probe.ReadAll(topics.Output, Count + 1);
        probe.ReadAll(topics.DeadLetters, 1);

        await monitored.ScrapeUntilAsync("sluice_committed_records_total", committed => committed == Count + 2);
        await monitored.ScrapeUntilAsync("sluice_client_brokers_up{client=\"producer\"}", up => up > 0);
        var read = await monitored.ScrapeUntilAsync("sluice_client_messages_total{client=\"consumer\"}", read => read >= Count);
        Assert.Equal(Count, read["sluice_documents_total{mode=\"teacher\",outcome=\"labelled\"}"]);
        Assert.Equal(1, read["sluice_documents_total{mode=\"none\",outcome=\"rejected\"}"]);
        Assert.Equal(1, read["sluice_documents_total{mode=\"none\",outcome=\"tombstone\"}"]);
        Assert.Equal(1, read["sluice_dead_letter_records_total{reason=\"invalid-utf8\"}"]);
        Assert.Equal(Count + 2, read["sluice_records_read_total"]);
        Assert.Equal(Count, read["sluice_batch_documents_total{mode=\"teacher\"}"]);
        Assert.Equal(Count, read["sluice_document_latency_seconds_count"]);
        Assert.Equal(1, read["sluice_model_info{id=\"tiny\",version=\"1.0.0\",precision=\"Int8\"}"]);
        Assert.Equal(0, read["sluice_in_flight_documents"]);
        Assert.InRange(read["sluice_rebalances_total{kind=\"assigned\"}"], 1, 10);
        Assert.InRange(read["sluice_commits_total{outcome=\"done\"}"], 1, 1000);
        Assert.InRange(read["sluice_step_cpu_seconds_total{step=\"infer\"}"], 1e-6, 60);
        Assert.Equal(2, read["sluice_partitions_assigned"]);
        Assert.Equal(0, read[$"sluice_no_progress_seconds{{topic=\"{topics.Input}\",partition=\"1\"}}"]);
        MetricsText older = await monitored.ScrapeAsync(openMetrics: false);
        Assert.Equal(Count, older.Samples["sluice_documents_total{mode=\"teacher\",outcome=\"labelled\"}"]);
    }

    [Fact]
    public async Task A_worker_with_nothing_to_read_is_live_and_ready_and_one_that_has_stopped_answers_nobody()
    {
        using MonitoredWorker monitored = new();
        WorkerHarness worker = await WorkerHarness.StartAsync(Settings(cluster.CreateTopics(), monitored.Port));
        Assert.Equal((HttpStatusCode.OK, """{"status":"live","reasons":[]}"""), await monitored.HealthAsync("live"));
        Assert.Equal((HttpStatusCode.OK, """{"status":"ready","reasons":[]}"""), await monitored.HealthAsync("ready"));
        Assert.Equal((0, "{\"status\":\"ready\",\"reasons\":[]}\n"), await monitored.ProbeAsync("ready"));
        Assert.Equal(HttpStatusCode.NotFound, await monitored.AskAsync(HttpMethod.Get, "/"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, await monitored.AskAsync(HttpMethod.Post, "/metrics"));
        Assert.Equal(HttpStatusCode.OK, await monitored.AskAsync(HttpMethod.Head, "/metrics"));
        await worker.DisposeAsync();
    }

    [Fact]
    public async Task While_it_waits_for_its_cluster_a_worker_is_live_and_not_ready()
    {
        using MonitoredWorker monitored = new();
        RecordedLog log = new();
        using IHost host = WorkerHost.Create(
            Settings(TestTopics.Create(), monitored.Port, ("Kafka:BootstrapServers", "127.0.0.1:1")), logging => logging.AddProvider(log));
        using CancellationTokenSource stop = new();
        Task start = host.StartAsync(stop.Token);
        await log.WaitForAsync(209); // it waits
        Assert.Equal((HttpStatusCode.OK, true), await AskAsync("live"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, true), await AskAsync("ready"));
        (int code, string output) = await monitored.ProbeAsync("ready");
        Assert.Equal(1, code);
        Assert.StartsWith("{\"status\":\"not ready\"", output, StringComparison.Ordinal);
        await monitored.ScrapeAsync();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);

        async Task<(HttpStatusCode, bool)> AskAsync(string kind)
        {
            (HttpStatusCode status, string json) = await monitored.HealthAsync(kind);
            return (status, json.Contains("\"reason\":\"starting\"", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_port_that_is_in_use_ends_the_start_with_3_and_names_its_setting()
    {
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();
        string port = $"{((IPEndPoint)other.LocalEndpoint).Port}";
        await using WorkerProcess worker = WorkerProcess.Start(Settings(TestTopics.Create(), port));
        Assert.Equal(3, await worker.ExitCodeAsync());
        Assert.Contains($"The worker cannot start: Sluice:Metrics:Port is {port}", worker.Output, StringComparison.Ordinal);
        Assert.Contains("Give a port that is free, or 0 for none.", worker.Output, StringComparison.Ordinal);
    }

    /// <summary>Nothing that comes from outside may end the worker, or keep it from answering others.</summary>
    [Fact]
    public async Task Whatever_is_sent_to_the_port_others_are_answered_and_the_worker_goes_on()
    {
        using MonitoredWorker monitored = new();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(Settings(cluster.CreateTopics(), monitored.Port));
        Random random = new(9464);
        byte[] noise = new byte[4096];
        List<TcpClient> silent = [];
        for (int i = 0; i < 100; i++)
        {
            TcpClient client = new();
            await client.ConnectAsync(IPAddress.Loopback, int.Parse(monitored.Port), TestContext.Current.CancellationToken);
            random.NextBytes(noise);
            byte[] request = (i % 10) switch
            {
                0 => noise[..random.Next(noise.Length)],
                1 => Encoding.UTF8.GetBytes("GET /metrics HTTP/1.1\r\n"), // and no more
                2 => Encoding.UTF8.GetBytes($"GET /{new string('a', 100_000)} HTTP/1.1\r\nHost: a\r\n\r\n"),
                3 => Encoding.UTF8.GetBytes($"GET /metrics HTTP/1.1\r\nHost: a\r\n{Repeated("A: b\r\n", 5000)}\r\n"),
                4 => [.. "GET /metrics HTTP/1.1\r\nHost: a\r\nAccept: "u8, .. noise.Select(Visible), .. "\r\n\r\n"u8],
                5 => Encoding.UTF8.GetBytes("POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999999\r\n\r\n"),
                6 => Encoding.UTF8.GetBytes("GET /metrics HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
                7 => Encoding.UTF8.GetBytes("GET /%00%ff%2e%2e/health/live HTTP/1.1\r\nHost: a\r\n\r\n"),
                8 => Encoding.UTF8.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                _ => [.. "GET /metrics HTTP/1.1\r\nHost: a\r\n"u8, .. noise],
            };
            try
            {
                await client.GetStream().WriteAsync(request, TestContext.Current.CancellationToken);
            }
            catch (IOException)
            {
                // Cut off already.
            }

            if (i % 10 == 1 && silent.Count < 10) silent.Add(client); // stays, and says nothing
            else client.Dispose();
        }

        Assert.Equal(HttpStatusCode.OK, (await monitored.HealthAsync("ready")).Status);
        await monitored.ScrapeAsync();
        Assert.Null(worker.Failure.First);
        Assert.DoesNotContain(worker.Log.Lines, line => line.Id == 701);
        silent.ForEach(client => client.Dispose());

        static string Repeated(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

        static byte Visible(byte one) => one is 10 or 13 or 0 ? (byte)'x' : one;
    }

    /// <summary>As a scanner leaves them, or a proxy's pool.</summary>
    [Fact]
    public async Task More_connections_than_there_may_be_that_say_nothing_keep_probes_out_for_seconds_only()
    {
        const int More = 2 * 64; // docs/operations.md
        using MonitoredWorker monitored = new();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(Settings(cluster.CreateTopics(), monitored.Port));
        using CancellationTokenSource soon = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        soon.CancelAfter(TimeSpan.FromSeconds(30));
        List<TcpClient> silent = [];
        for (int i = 0; i < More; i++)
        {
            silent.Add(new TcpClient());
            await silent[^1].ConnectAsync(IPAddress.Loopback, int.Parse(monitored.Port), soon.Token);
        }

        await Assert.ThrowsAsync<HttpRequestException>(() => monitored.HealthAsync("live"));
        foreach (TcpClient client in silent) Assert.Equal(0, await client.GetStream().ReadAsync(new byte[1], soon.Token)); // closed
        Assert.Equal(HttpStatusCode.OK, (await monitored.HealthAsync("live")).Status);
        silent.ForEach(client => client.Dispose());
    }

    private Dictionary<string, string?> Settings(TestTopics topics, string port, params (string Name, string Value)[] more) =>
        WorkerHarness.Settings(cluster.BootstrapServers, cluster.RegistryUrl, topics,
            [("Metrics:Port", port), ("Metrics:Host", "127.0.0.1"), .. more]);
}

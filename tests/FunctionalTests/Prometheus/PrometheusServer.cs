using System.Diagnostics;
using System.Text.Json;

namespace FunctionalTests.Prometheus;

/// <summary>
/// A Prometheus of our rules, thirty times as fast, that scrapes one worker twice a second; in a folder that goes with it.
/// </summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    /// <summary>Durations of the rules are divided by it: 2 minutes are 4 s, and the interval of 15 s is half a second.</summary>
    public const int Faster = 30;

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(60), LookInterval = TimeSpan.FromMilliseconds(100);

    private readonly DirectoryInfo _folder;
    private readonly Process _process;
    private readonly HttpClient _client;

    private PrometheusServer(DirectoryInfo folder, Process process, string port)
    {
        (_folder, _process) = (folder, process);
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
    }

    /// <summary>Starts it, and waits until it has scraped the worker. Skips the test that asks where there is none.</summary>
    /// <param name="workerPort">The worker's Metrics:Port, on loopback.</param>
    public static async Task<PrometheusServer> StartAsync(string workerPort)
    {
        string program = PrometheusPrograms.Find("prometheus"), port = FreePort.Find();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("sluice-prometheus-");
        string settings = Path.Combine(folder.FullName, "prometheus.yml"), scrape = $"""
            global: {"{"}scrape_interval: 500ms, scrape_timeout: 500ms{"}"}
            scrape_configs:
              - job_name: sluice
                static_configs: [{"{"}targets: ['127.0.0.1:{workerPort}']{"}"}]

            """;
        await File.WriteAllTextAsync(settings, scrape);
        Process process = Process.Start(new ProcessStartInfo(program,
        [
            $"--config.file={settings}",
            $"--storage.tsdb.path={Path.Combine(folder.FullName, "data")}",
            $"--web.listen-address=127.0.0.1:{port}",
            "--log.level=error",
        ]))!;
        PrometheusServer server = new(folder, process, port);
        try
        {
            // It looks for its targets 5 s after its start, whatever the intervals are: the rules come when it has found them.
            await server.UntilAsync("""up{job="sluice"} == 1""", "it sees the worker");
            string rules = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Find(), "infra", "prometheus", "alerts.yml"));
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "alerts.yml"), FasterRules.Divide(rules, Faster));
            await File.WriteAllTextAsync(settings, scrape + "rule_files: [alerts.yml]\n");
            Signals.Send(process.Id, Signals.Hup);
            await server.LookAsync("it has the rules", server.HasRulesAsync);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        return server;
    }

    /// <summary>The alerts that fire now, each as its labels.</summary>
    public async Task<IReadOnlyList<Dictionary<string, string>>> FiringAsync() =>
        [.. (await AlertsAsync()).Where(alert => alert.Fires).Select(alert => alert.Labels)];

    /// <summary>Waits until some alert fires, and gives those that do.</summary>
    public async Task<IReadOnlyList<Dictionary<string, string>>> UntilOneFiresAsync()
    {
        IReadOnlyList<Dictionary<string, string>> firing = [];
        await LookAsync("an alert fires", async () => (firing = await FiringAsync()).Count > 0);
        return firing;
    }

    /// <summary>Waits until an expression has a value.</summary>
    public Task UntilAsync(string expression, string what) => LookAsync(what, async () => (await QueryAsync(expression)).Count > 0);

    /// <summary>The names of the alerts that ever fired.</summary>
    public async Task<IEnumerable<string>> EverFiredAsync() =>
        (await QueryAsync("""count by (alertname) (count_over_time(ALERTS{alertstate="firing"}[1h]))"""))
            .Select(labels => labels["alertname"]);

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task<IReadOnlyList<Dictionary<string, string>>> QueryAsync(string expression)
    {
        using JsonDocument answer = await AskAsync("api/v1/query?query=" + Uri.EscapeDataString(expression));
        return [.. answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray()
            .Select(sample => sample.GetProperty("metric").Deserialize<Dictionary<string, string>>()!)];
    }

    private async Task<IReadOnlyList<(Dictionary<string, string> Labels, bool Fires)>> AlertsAsync()
    {
        using JsonDocument answer = await AskAsync("api/v1/alerts");
        return [.. answer.RootElement.GetProperty("data").GetProperty("alerts").EnumerateArray().Select(alert =>
            (alert.GetProperty("labels").Deserialize<Dictionary<string, string>>()!, alert.GetProperty("state").GetString() == "firing"))];
    }

    private async Task<bool> HasRulesAsync()
    {
        using JsonDocument answer = await AskAsync("api/v1/rules");
        return answer.RootElement.GetProperty("data").GetProperty("groups").GetArrayLength() > 0;
    }

    private async Task<JsonDocument> AskAsync(string path)
    {
        await using Stream answer = await _client.GetStreamAsync(path, TestContext.Current.CancellationToken);
        return await JsonDocument.ParseAsync(answer, cancellationToken: TestContext.Current.CancellationToken);
    }

    // Nobody tells when a rule was evaluated: ask again and again, for so long.
    private async Task LookAsync(string what, Func<Task<bool>> isSo)
    {
        using PeriodicTimer timer = new(LookInterval);
        long began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            Assert.False(_process.HasExited, "Prometheus has ended.");
            Assert.True(TimeProvider.System.GetElapsedTime(began) < AnswerTimeout, $"{AnswerTimeout.TotalSeconds} s, and not yet: {what}");
            try
            {
                if (await isSo()) return;
            }
            catch (HttpRequestException)
            {
                // It starts.
            }

            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}

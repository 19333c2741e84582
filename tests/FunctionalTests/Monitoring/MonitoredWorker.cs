using System.Net;

namespace FunctionalTests.Monitoring;

/// <summary>Asks a worker on loopback for its metrics and its health, as Prometheus and Kubernetes do.</summary>
internal sealed class MonitoredWorker : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpClient _client = new() { Timeout = Patience };

    /// <summary>The port to set.</summary>
    public string Port { get; } = FreePort.Find();

    /// <summary>All samples, from a text that is as its format wants it.</summary>
    public async Task<MetricsText> ScrapeAsync(bool openMetrics = true)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, Address("/metrics"));
        if (openMetrics) request.Headers.TryAddWithoutValidation("Accept", "application/openmetrics-text; version=1.0.0");
        using HttpResponseMessage answer = await _client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(openMetrics ? "application/openmetrics-text" : "text/plain", answer.Content.Headers.ContentType!.MediaType);
        return MetricsText.Read(await answer.Content.ReadAsStringAsync(), openMetrics);
    }

    /// <summary>The samples, once a series is there and as it should be.</summary>
    public async Task<IReadOnlyDictionary<string, double>> ScrapeUntilAsync(string series, Func<double, bool> isReached)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            IReadOnlyDictionary<string, double> samples = (await ScrapeAsync()).Samples;
            if (samples.TryGetValue(series, out double value) && isReached(value)) return samples;
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience,
                $"{series} is {(samples.ContainsKey(series) ? value : "not there")} after {Patience.TotalSeconds} s.");
        }
    }

    /// <param name="kind"><c>live</c> or <c>ready</c>.</param>
    public async Task<(HttpStatusCode Status, string Json)> HealthAsync(string kind)
    {
        using HttpResponseMessage answer = await _client.GetAsync(Address($"/health/{kind}"));
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>What the worker's own program says of it, and ends with.</summary>
    /// <param name="kind"><c>live</c> or <c>ready</c>.</param>
    public async Task<(int Code, string Output)> ProbeAsync(string kind)
    {
        using StringWriter output = new();
        int code = await Sluice.Worker.Program.RunAsync(
            ["--health", $"{Address($"/health/{kind}")}"], output, output, TestContext.Current.CancellationToken);
        return (code, output.ToString());
    }

    /// <summary>The status of any request.</summary>
    public async Task<HttpStatusCode> AskAsync(HttpMethod method, string path)
    {
        using HttpRequestMessage request = new(method, Address(path));
        using HttpResponseMessage answer = await _client.SendAsync(request);
        return answer.StatusCode;
    }

    public void Dispose() => _client.Dispose();

    private Uri Address(string path) => new($"http://127.0.0.1:{Port}{path}");
}

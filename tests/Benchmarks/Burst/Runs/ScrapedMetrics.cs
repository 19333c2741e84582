using TestKit;

namespace Benchmarks.Burst.Runs;

/// <summary>Reads a worker's metrics, Prometheus' text, as a scrape would.</summary>
internal sealed class ScrapedMetrics(int port) : IDisposable
{
    private const string StepCpu = "sluice_step_cpu_seconds_total";

    private readonly HttpClient _client = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}/"), Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>CPU seconds that each step of the worker has taken so far, by its name; none where it does not answer.</summary>
    public async Task<IReadOnlyDictionary<string, double>> StepCpuSecondsAsync()
    {
        try
        {
            return StepCpuSeconds(await _client.GetStringAsync("metrics"));
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException)
        {
            return new Dictionary<string, double>();
        }
    }

    /// <param name="text">What a worker answers.</param>
    /// <exception cref="FormatException">It is no metrics.</exception>
    internal static Dictionary<string, double> StepCpuSeconds(string text)
    {
        // The others are not looked at: a histogram that counts while it is written has buckets that do not fit its count.
        string lines = string.Concat(text.Split('\n').Where(line => line.StartsWith(StepCpu, StringComparison.Ordinal)
            || line.StartsWith($"# TYPE {StepCpu} ", StringComparison.Ordinal)).Select(line => line + '\n'));
        return lines.Length == 0 ? [] : MetricsText.Read(lines, openMetrics: false).Families[StepCpu].Samples
            .ToDictionary(sample => sample.Labels["step"], sample => sample.Value);
    }

    public void Dispose() => _client.Dispose();
}

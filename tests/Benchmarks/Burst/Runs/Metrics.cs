using System.Globalization;

namespace Benchmarks.Burst.Runs;

/// <summary>Reads a worker's metrics, Prometheus' text.</summary>
internal sealed class Metrics(int port) : IDisposable
{
    private readonly HttpClient _client = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}/"), Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>CPU seconds that a step of the worker has taken so far; null where it does not tell.</summary>
    public async Task<double?> StepCpuSecondsAsync(string step)
    {
        try
        {
            return Value(await _client.GetStringAsync("metrics"), $"sluice_step_cpu_seconds_total{{step=\"{step}\"}}");
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    /// <summary>The value of a series.</summary>
    /// <param name="text">What a worker answers.</param>
    /// <param name="series">Name and labels as they stand there.</param>
    internal static double? Value(string text, string series)
    {
        foreach (ReadOnlySpan<char> line in text.EnumerateLines())
        {
            if (line.StartsWith(series, StringComparison.Ordinal) && line.Length > series.Length && line[series.Length] == ' ')
                return double.Parse(line[(series.Length + 1)..], CultureInfo.InvariantCulture);
        }

        return null;
    }

    public void Dispose() => _client.Dispose();
}

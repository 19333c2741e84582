using Sluice.Cli.Demo.Report;

namespace Sluice.Cli.Demo.View;

/// <summary>One line after the other, for logs and pipes.</summary>
internal sealed class PlainView(TextWriter output, TimeProvider time) : IDemoView
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    public async Task<T> DuringAsync<T>(string doing, Func<Task<T>> work) => await work();

    public void Done(string what) => output.WriteLine(what);

    public void Failed(string what) => output.WriteLine(what);

    public async Task WatchAsync(Func<DemoStatus> status, Task end)
    {
        while (!end.IsCompleted)
        {
            await Task.WhenAny(end, Task.Delay(Period, time));
            DemoStatus now = status();
            output.WriteLine(
                $"{now.Elapsed.TotalSeconds,5:0} s  "
                + $"labelled {Numbers.Count(now.Counts.Labelled)} of {Numbers.Count(now.Counts.Documents)}, "
                + $"{Numbers.Rate(now.DocumentsPerSecond)} documents/s, {Numbers.Rate(now.TokensPerSecond)} tokens/s, "
                + $"lag {Numbers.Count(now.Counts.InFlight)}, "
                + $"{Mode(now)}latency p50 {Numbers.Milliseconds(now.LatencyMs.P50)}, p95 {Numbers.Milliseconds(now.LatencyMs.P95)}");
        }
    }

    // What labelled since the line before, the most first.
    private static string Mode(DemoStatus now)
    {
        if (now.Timeline is not { } timeline || now.Elapsed < Period) return "";
        IEnumerable<string> modes = timeline.Modes.Zip(timeline.Between(now.Elapsed - Period, now.Elapsed).Modes)
            .Where(mode => mode.Second > 0).OrderByDescending(mode => mode.Second)
            .Select(mode => $"{mode.First.Mode} {Numbers.Percent(mode.Second, 0)}");
        return string.Join(", ", modes.Append(""));
    }

    public void Summary(DemoReport report)
    {
        foreach (string line in PlainSummary.Lines(report))
            output.WriteLine(line);
    }
}

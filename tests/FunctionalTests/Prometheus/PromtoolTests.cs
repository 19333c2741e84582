using System.Diagnostics;

namespace FunctionalTests.Prometheus;

/// <summary>Prometheus' own tool on our files.</summary>
public sealed class PromtoolTests
{
    [Fact]
    public Task It_reads_the_rules() => PassesAsync("check", "rules", "alerts.yml");

    [Fact]
    public Task It_reads_the_configuration() => PassesAsync("check", "config", "prometheus.yml");

    [Fact]
    public Task Each_alert_fires_when_it_should_and_not_when_it_should_not() => PassesAsync("test", "rules", "alerts.test.yml");

    private static async Task PassesAsync(params string[] arguments)
    {
        ProcessStartInfo start = new(PrometheusPrograms.Find("promtool"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.Combine(RepositoryRoot.Find(), "infra", "prometheus"),
        };
        using Process process = Process.Start(start)!;
        CancellationToken stop = TestContext.Current.CancellationToken;
        Task<string> output = process.StandardOutput.ReadToEndAsync(stop), errors = process.StandardError.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        Assert.True(process.ExitCode == 0, await output + await errors);
    }
}

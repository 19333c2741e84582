using System.Diagnostics;
using System.Text.Json;

namespace FunctionalTests.Commands;

/// <summary><c>./sluice bench formats</c> as a trial: that it runs to the end, not what it measures.</summary>
public sealed class BenchFormatsTests
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "..", "..", "Benchmarks", "release", "Benchmarks.dll");

    [Fact]
    public async Task Every_format_is_read_without_an_allocation_and_a_trial_has_no_figures()
    {
        string json = Path.Combine(Path.GetTempPath(), $"sluice-formats-{Guid.NewGuid():N}.json");
        try
        {
            (int code, string output) = await RunAsync("formats", "--documents", "1000", "--rounds", "1", "--json", json);
            Assert.True(code == 0, output);
            using JsonDocument report = JsonDocument.Parse(await File.ReadAllTextAsync(json, TestContext.Current.CancellationToken));
            Assert.Equal(0, report.RootElement.GetProperty("figures").GetArrayLength());
            JsonElement[][] rows = [.. report.RootElement.GetProperty("tables")[0].GetProperty("rows").EnumerateArray()
                .Select(row => row.EnumerateArray().ToArray())];
            Assert.Equal(
                [
                    "Avro, in place", "Avro, strings of an array", "Avro, behind Debezium's envelope", "JSON", "JSON, text with escapes",
                    "JSON, behind Debezium's envelope", "text",
                ],
                rows.Select(row => row[0].GetString()));
            Assert.All(rows, row => Assert.True(row[4].GetInt32() == 1024
                || row[0].GetString()!.EndsWith("envelope", StringComparison.Ordinal), output));
            Assert.All(rows, row => Assert.InRange(row[5].GetDouble(), 0, 100)); // a collection meanwhile may count for some bytes
        }
        finally
        {
            File.Delete(json);
        }
    }

    private static async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [Program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["SLUICE_ROOT"] = RepositoryRoot.Find() },
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await errors);
    }
}

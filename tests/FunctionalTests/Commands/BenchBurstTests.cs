using System.Diagnostics;
using System.Text.Json;
using System.Xml.Linq;
using FunctionalTests.Kafka;

namespace FunctionalTests.Commands;

/// <summary><c>./sluice bench burst</c> as a trial of seconds on a real broker: that it runs to the end, not what it measures.</summary>
public sealed class BenchBurstTests(RealKafka kafka) : IClassFixture<RealKafka>
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "..", "..", "Benchmarks", "release", "Benchmarks.dll");

    [Fact]
    public async Task Every_kind_of_system_labels_a_burst_of_the_mix_and_ours_loses_nothing_and_labels_nothing_twice()
    {
        string json = Path.Combine(Path.GetTempPath(), $"sluice-burst-{Guid.NewGuid():N}.json"), svg = Path.ChangeExtension(json, ".svg");
        try
        {
            (int code, string output) = await RunAsync(
                kafka.BootstrapServers, "burst", "--trial", "--only", "mix", "--minutes", "20", "--json", json, "--svg", svg);
            Assert.True(code == 0, output);
            using JsonDocument report = JsonDocument.Parse(await File.ReadAllTextAsync(json, TestContext.Current.CancellationToken));
            Assert.Equal(0, report.RootElement.GetProperty("faults").GetArrayLength());
            JsonElement[][] bursts = Rows(report, "Bursts: what was sustained, and when it was over");
            Assert.Equal(["our teacher", "plain fp32", "sluice auto"], bursts.Select(row => row[0].GetString()).Order());
            Assert.Equal(
                ["our students:1", "our students:2", "our swift", "our teacher", "plain padded-dynamic-int8, first-come 16",
                    "plain padded-dynamic-int8, one by one", "plain padded-fp32, first-come 16", "plain padded-fp32, one by one"],
                Rows(report, "Capacity: documents/s of a backlog").Select(row => row[0].GetString()).Order(StringComparer.Ordinal));
            foreach (JsonElement[] row in bursts)
            {
                Assert.Equal("20x", row[2].GetString());
                Assert.True(row[4].GetDouble() > 0, row[0].GetString());
                Assert.Equal((0, 0), (row[9].GetInt64(), row[10].GetInt64())); // lost, and labelled twice: the plain one is careful too
            }

            JsonElement[] figures = [.. report.RootElement.GetProperty("figures").EnumerateArray()];
            Assert.Contains(figures, figure => figure.GetProperty("name").GetString() == "burst_throughput_vs_best_plain_fp32_mix");
            Assert.All(figures, figure => Assert.Equal(JsonValueKind.Null, figure.GetProperty("goal").ValueKind)); // of a trial
            XDocument.Load(svg);
            Assert.Contains("whose figures say nothing", output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(json);
            File.Delete(svg);
        }
    }

    [Theory]
    [InlineData("--minutes is 0; give 1 to 600.", "--minutes", "0")]
    [InlineData("--only names speed, which is no part; there are mix, mail, day.", "--only", "mix,speed")]
    public async Task Wrong_arguments_are_told(string message, params string[] arguments)
    {
        (int code, string output) = await RunAsync("127.0.0.1:1", ["burst", .. arguments]);
        Assert.Equal(1, code);
        Assert.StartsWith(message, output, StringComparison.Ordinal);
        Assert.EndsWith("\nSee ./sluice bench burst --help.\n", output, StringComparison.Ordinal);
    }

    private static JsonElement[][] Rows(JsonDocument report, string table) => [.. report.RootElement.GetProperty("tables").EnumerateArray()
        .Single(one => one.GetProperty("title").GetString() == table).GetProperty("rows").EnumerateArray()
        .Select(row => row.EnumerateArray().ToArray())];

    private static async Task<(int Code, string Output)> RunAsync(string servers, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [Program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["SLUICE_ROOT"] = RepositoryRoot.Find(), ["SLUICE_TEST_KAFKA"] = servers },
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await errors);
    }
}

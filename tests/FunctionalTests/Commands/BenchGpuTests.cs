using System.Diagnostics;
using System.Text.Json;
using FunctionalTests.Inference;

namespace FunctionalTests.Commands;

/// <summary><c>./sluice bench gpu</c>, whole, on the CPU: that its code runs to the end, not what it measures.</summary>
public sealed class BenchGpuTests
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "..", "..", "Benchmarks", "release", "Benchmarks.dll");

    [Fact]
    public async Task Every_section_tells_something_of_a_small_model_and_nothing_fails()
    {
        string file = Path.Combine(Path.GetTempPath(), $"sluice-bench-{Guid.NewGuid():N}.json");
        try
        {
            (int code, string output) = await RunAsync(
                "gpu", "--provider", "cpu", "--model", Models.Tiny, "--minutes", "5", "--json", file);
            Assert.True(code == 0, output);
            using JsonDocument report = JsonDocument.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
            Assert.Equal(0, report.RootElement.GetProperty("faults").GetArrayLength());
            JsonElement sections = report.RootElement.GetProperty("tables").EnumerateArray().First().GetProperty("rows");
            Assert.Equal(
                ["machine", "golden", "labels", "capacity", "latency", "source", "shapes", "variants", "invariance", "memory"],
                sections.EnumerateArray().Select(row => row[0].GetString()));
            Assert.All(sections.EnumerateArray(), row => Assert.Equal("whole", row[3].GetString()));
            JsonElement[] budgets = Rows(report, "What a batch may hold, as the worker finds it at its start");
            JsonElement[] ways = Rows(report, "Everything once: documents a second");
            Assert.Contains(budgets, row => row[0].GetString() == "teacher");
            Assert.Contains(budgets, row => row[0].GetString() == "swift");
            int served = budgets.Count(row => row[1].GetString() == "fp16");
            Assert.Equal(served, ways.Count(row => row[1].GetString() == "planned to the start's budget"));
            Assert.Equal(budgets.Length, budgets.Select(row => $"{row[0]} {row[1]}").Distinct().Count()); // each is found once
            string[] titles =
                [.. report.RootElement.GetProperty("tables").EnumerateArray().Select(one => one.GetProperty("title").GetString()!)];
            Assert.True(titles.IndexOf("What a batch may hold, as the worker finds it at its start")
                < titles.IndexOf("From texts in memory to encoded labels, without a broker")); // by capacity, which comes first
            Assert.All(budgets, row => Assert.StartsWith("the heaviest takes ", row[4].GetString(), StringComparison.Ordinal));
            JsonElement[] figures = [.. report.RootElement.GetProperty("figures").EnumerateArray()];
            foreach (string name in new[]
            {
                "golden_teacher_fp32_difference", "golden_teacher_fp16_same_labels", "planned_fp16_teacher_vs_padded_fp32_first_come_16",
                "swift_vs_planned_fp16_teacher", "p50_one_text_teacher_fp16", "swift_from_memory", "invariance_swift_fp16_difference",
            })
                Assert.Contains(figures, figure => figure.GetProperty("name").GetString() == name);
            Assert.All(figures, figure => Assert.Equal(JsonValueKind.Null, figure.GetProperty("goal").ValueKind)); // goals are a GPU's
            Assert.All(figures, figure => Assert.Equal(JsonValueKind.Null, figure.GetProperty("met").ValueKind));
            Assert.Contains("speeds say nothing of a GPU", output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Without_a_gpu_it_says_what_is_missing_and_how_to_try_it()
    {
        (int code, string output) = await RunAsync("gpu", "--minutes", "0.2");
        Assert.Equal(1, code);
        Assert.Contains("--provider cpu tries the benchmark itself.", output.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--minutes is 0.1; give 0.2 to 60.", "--minutes", "0.1")]
    [InlineData("--only names speed, which is no section; there are machine, golden", "--only", "golden,speed")]
    public async Task Wrong_arguments_are_told(string message, params string[] arguments)
    {
        (int code, string output) = await RunAsync(["gpu", .. arguments]);
        Assert.Equal(1, code);
        Assert.StartsWith(message, output, StringComparison.Ordinal);
        Assert.EndsWith("\nSee ./sluice bench gpu --help.\n", output, StringComparison.Ordinal);
        Assert.Equal(2, output.Count(letter => letter == '\n'));
    }

    private static JsonElement[] Rows(JsonDocument report, string table) => [.. report.RootElement.GetProperty("tables").EnumerateArray()
        .Single(one => one.GetProperty("title").GetString() == table).GetProperty("rows").EnumerateArray()];

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

using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime;
using Sluice.Inference.Engines;
using Sluice.Inference.Onnx;
using Sluice.Worker;
using ThinProgram = Sluice.Worker.Program;

namespace Worker.Tests;

public sealed class WorkerProgramTests
{
    [Theory]
    [InlineData("--Kafka:GroupId=a --config file --Model:Path b", "file", "--Kafka:GroupId=a --Model:Path b")]
    [InlineData("--config=one --config two", "two", "")]
    [InlineData("--Kafka:GroupId=a --config", "", "--Kafka:GroupId=a")]
    [InlineData("--configure=x", null, "--configure=x")]
    public void The_settings_file_is_taken_out_of_the_settings(string arguments, string? config, string settings)
    {
        (string? file, string[] rest) = ThinProgram.Split(arguments.Split(' '), "--config");
        Assert.Equal((config, settings), (file, string.Join(' ', rest)));
    }

    [Theory]
    [InlineData("--Kafka:GroupId", "The last argument, '--Kafka:GroupId', is a setting without a value")]
    [InlineData("--config", "--config names no file")]
    [InlineData("--secrets", "The worker cannot start with these settings:\n  The folder of secrets ")]
    [InlineData("--secrets=/no/such", "The worker cannot start with these settings:\n  The folder of secrets ")]
    public async Task A_mistake_in_the_settings_ends_with_2(string arguments, string words)
    {
        (int code, string output, string errors) = await RunAsync(arguments.Split(' '));
        Assert.Equal((ExitCodes.Misconfigured, ""), (code, output));
        Assert.StartsWith(words, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_help_tells_the_exit_codes_and_not_of_the_script()
    {
        (int code, string output, _) = await RunAsync("--help");
        Assert.Equal(0, code);
        Assert.Contains(ExitCodes.OfTheWorker, output, StringComparison.Ordinal);
        Assert.DoesNotContain("./sluice", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_version_is_its_own() =>
        Assert.Matches(@"^Sluice\.Worker \d+\.\d+\.\d+.*\nlibrdkafka ", (await RunAsync("--version")).Output);

    [Theory]
    [InlineData("9464", "'9464' is no http address. Give one such as http://127.0.0.1:9464/health/ready.")]
    [InlineData("https://127.0.0.1:9464/health/ready", "'https://127.0.0.1:9464/health/ready' is no http address.")]
    [InlineData("http://127.0.0.1:1/health/ready", "http://127.0.0.1:1/health/ready gives no answer: ")]
    public async Task Who_asks_for_health_where_nobody_answers_is_told_so_with_1(string address, string words)
    {
        (int code, string output, string errors) = await RunAsync("--health", address);
        Assert.Equal((ExitCodes.Failed, ""), (code, output));
        Assert.StartsWith(words, errors, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_of_settings_has_every_exit_code()
    {
        string page = File.ReadAllText(Path.Combine(RepositoryRoot.Find(), "docs", "configuration.md"));
        int[] told = [.. Regex.Matches(page, @"^\| `(?<code>[0-9]+)` \|", RegexOptions.Multiline)
            .Select(row => int.Parse(row.Groups["code"].Value, CultureInfo.InvariantCulture))];
        int[] there = [.. typeof(ExitCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.FieldType == typeof(int)).Select(field => (int)field.GetRawConstantValue()!)];
        Assert.Equal([0, .. there.Order()], told);
    }

    [Theory]
    [InlineData("Failed to allocate memory for requested buffer of size 4096", " What helps: see who else has memory of the ")]
    [InlineData("CUDA failure 2: out of memory", " What helps: see who else has memory of the ")]
    [InlineData("Load model failed", "")]
    public async Task A_start_that_ONNX_Runtime_fails_ends_with_3_and_where_memory_is_wanting_says_what_helps(string cause, string help)
    {
        using StringWriter errors = new();
        int code = await WorkerProgram.RunAsync(() => throw PackageFailure.Of<OnnxRuntimeException>(cause), new LastLine(errors, false),
            CancellationToken.None);
        Assert.Equal(ExitCodes.CannotStart, code);
        Assert.StartsWith($"The worker cannot start: [ErrorCode:Fail] {cause}{help}", errors.ToString(), StringComparison.Ordinal);
        Assert.Equal(help.Length > 0, errors.ToString().Contains("What helps", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, ExitCodes.CannotStart, "The worker cannot start: GPU 0 has not as much free memory as the model needs: ")]
    [InlineData(33_554_432, ExitCodes.Misconfigured, "The worker cannot start with these settings:")]
    public async Task A_GPU_without_memory_is_no_wrong_setting_unless_a_setting_bounds_it(long bytes, int expected, string words)
    {
        using StringWriter errors = new();
        EngineOptions options = new() { Provider = ExecutionProvider.Cuda, GpuMemoryBytes = bytes };
        ArenaLimitException failure = ArenaLimit.Explain(options, PackageFailure.Of<OnnxRuntimeException>("CUDA failure 2: out of memory"));
        int code = await WorkerProgram.RunAsync(() => throw failure, new LastLine(errors, false), CancellationToken.None);
        Assert.Equal(expected, code);
        Assert.StartsWith(words, errors.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("What helps", errors.ToString(), StringComparison.Ordinal); // it is in the message already
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using StringWriter output = new(), errors = new();
        int code = await ThinProgram.RunAsync(arguments, output, errors, CancellationToken.None);
        return (code, output.ToString(), errors.ToString());
    }
}

using System.CommandLine;
using System.Text.RegularExpressions;
using Sluice.Cli;
using Sluice.Inference.Engines;
using Sluice.Inference.Onnx;
using Sluice.Worker;
using Sluice.Worker.Kafka;
using Sluice.Worker.Startup;

namespace Cli.Tests;

/// <summary>What <c>./sluice</c> says to a person who asks, or who mistypes.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("rnu", "There is no command 'rnu'. Did you mean 'run'?\nSee ./sluice --help.\n")]
    [InlineData("clasify", "There is no command 'clasify'. Did you mean 'classify'?\nSee ./sluice --help.\n")]
    [InlineData("xyzzy", "There is no such command; ./sluice has demo, run, read, dlq, classify, tokenize, bench, test, train, setup.\n"
        + "See ./sluice --help.\n")]
    [InlineData("demo --rate many",
        "--rate is ***, which is no number; give 0.1 to 1,000,000 documents per second.\nSee ./sluice demo --help.\n")]
    [InlineData("demo --in-flight 0", "--in-flight is '0'; give 1 to 1,000,000 documents.\nSee ./sluice demo --help.\n")]
    [InlineData("demo --rate 5 --in-flight 8", "--rate and --in-flight exclude each other: mails go out when they are due, or when others "
        + "have come back.\nSee ./sluice demo --help.\n")]
    [InlineData("read topic --last many", "--last is ***, which is no number; give 1 or more.\nSee ./sluice read --help.\n")]
    [InlineData("read topic --last -1", "--last is '-1'; give 1 or more.\nSee ./sluice read --help.\n")]
    [InlineData("dlq", "./sluice dlq needs a command: list, show, replay.\nSee ./sluice dlq --help.\n")]
    [InlineData("dlq rpelay", "There is no command 'rpelay'. Did you mean 'replay'?\nSee ./sluice dlq --help.\n")]
    [InlineData("dlq list --since letmein", "--since is ***; give a time such as 2026-11-28T13:00Z, or how long ago: 90s, 15m, 2h, 3d.\n"
        + "See ./sluice dlq list --help.\n")]
    [InlineData("dlq list --reason a,b", "--reason is one word, as ./sluice dlq list prints it: missing-text, or DataException.\n"
        + "See ./sluice dlq list --help.\n")]
    [InlineData("dlq show 7", "The record is named by [TOPIC:]PARTITION:OFFSET, such as mails.dead-letters:0:42.\n"
        + "See ./sluice dlq show --help.\n")]
    [InlineData("dlq replay --max 0", "--max is '0'; give 1 or more.\nSee ./sluice dlq replay --help.\n")]
    [InlineData("dlq replay --max-replays 1001", "--max-replays is '1001'; give 1 to 1000.\nSee ./sluice dlq replay --help.\n")]
    [InlineData("dlq replay --to a/b", "--to is no name of a topic.\nSee ./sluice dlq replay --help.\n")]
    [InlineData("demo --rate 0.01", "--rate is '0.01'; give 0.1 to 1,000,000 documents per second.\nSee ./sluice demo --help.\n")]
    [InlineData("demo --mode studnets:2",
        "--mode is 'studnets:2'; give auto, teacher, swift, or students:K with K in 1..16.\nSee ./sluice demo --help.\n")]
    [InlineData("classify --model x --mode students:17",
        "--mode is 'students:17'; give teacher, swift, or students:K with K in 1..16.\nSee ./sluice classify --help.\n")]
    [InlineData("demo --mode letmein",
        "--mode is ***; give auto, teacher, swift, or students:K with K in 1..16.\nSee ./sluice demo --help.\n")]
    [InlineData("classify --model x --mode auto",
        "--mode is ***; give teacher, swift, or students:K with K in 1..16.\nSee ./sluice classify --help.\n")]
    [InlineData("demo --burst 1", "--burst is '1'; give above 1, and at most 100 times the calm rate.\nSee ./sluice demo --help.\n")]
    [InlineData("demo --burst 101", "--burst is '101'; give above 1, and at most 100 times the calm rate.\nSee ./sluice demo --help.\n")]
    [InlineData("demo --burst 20 --in-flight 8", "--burst and --in-flight exclude each other: a burst does not wait for what is in "
        + "flight.\nSee ./sluice demo --help.\n")]
    [InlineData("demo --precision int9",
        "Argument 'int9' not recognized. Must be one of:\n\t'int8'\n\t'fp32'\n\t'fp16'\nSee ./sluice demo --help.\n")]
    [InlineData("demo --precision letmein",
        "Argument *** not recognized. Must be one of:\n\t'int8'\n\t'fp32'\n\t'fp16'\nSee ./sluice demo --help.\n")]
    [InlineData("demo --provider tpu", "Argument 'tpu' not recognized. Must be one of:\n\t'cpu'\n\t'cuda'\nSee ./sluice demo --help.\n")]
    [InlineData("demo --provider CUDA --precision INT8", "--precision INT8 runs on the CPU only, and --provider is CUDA; "
        + "leave --precision out, or give --provider cpu.\nSee ./sluice demo --help.\n")]
    [InlineData("demo --precision fp16", "--precision fp16 runs on a GPU only, and --provider is cpu; "
        + "leave --precision out, or give --provider cuda.\nSee ./sluice demo --help.\n")]
    [InlineData("demo --cluster x",
        "--cluster and --registry go together: give both, or none for the embedded ones.\nSee ./sluice demo --help.\n")]
    public async Task A_mistake_is_told_in_two_lines(string arguments, string errors) =>
        Assert.Equal((1, "", errors), await RunAsync(arguments.Split(' ')));

    [Fact]
    public async Task A_demo_on_a_GPU_that_cannot_be_is_refused_in_its_own_words_before_anything_starts()
    {
        Assert.SkipWhen(CudaFindings.OfThisMachine().HasProvider, "This is the build for CUDA.");
        (int code, string output, string errors) = await RunAsync("demo", "--provider", "Cuda");
        Assert.Equal((ExitCodes.Failed, ""), (code, errors));
        Assert.Matches("^--provider is cuda, but this build has ONNX Runtime for the CPU only[^\n]*, or give --provider cpu\\.\n$", output);
    }

    [Theory]
    [InlineData("read topic --registry http://a:pw@b", "--registry holds a user or password, which logs would show; give them as "
        + "Sluice__Registry__User and Sluice__Registry__Password.\n")]
    [InlineData("read topic --registry here", "--registry is no http or https address, such as http://127.0.0.1:8081.\n")]
    public async Task A_registry_s_address_that_is_none_is_told_by_its_option(string arguments, string errors) =>
        Assert.Equal((1, "", errors), await RunAsync(arguments.Split(' ')));

    [Fact]
    public async Task The_roots_help_has_one_line_for_each_command()
    {
        (int code, string output, _) = await RunAsync("--help");
        string[] commands = [.. output.Split('\n').SkipWhile(line => line != "Commands:").Skip(1).Where(line => line.Trim().Length > 0)];
        Assert.Equal(0, code);
        Assert.Equal(["demo", "run", "read", "dlq", "classify", "tokenize", "bench", "test", "train", "setup"],
            commands.Select(line => line.Trim().Split(' ')[0]));
    }

    [Fact]
    public async Task A_commands_help_is_whole()
    {
        (_, string output, _) = await RunAsync("read", "--help");
        Assert.Contains("./sluice read mails.dead-letters --last 1", output, StringComparison.Ordinal);
    }

    /// <summary>The benchmarks are another program, whose sources are read here: a name of <c>Benchmarks.All</c> is the first text of its
    /// class, its summary the second.</summary>
    [Fact]
    public async Task The_help_of_bench_lists_the_benchmarks_that_there_are_with_their_summaries()
    {
        string folder = Path.Combine(RepositoryRoot.Find(), "tests", "Benchmarks");
        string[] classes = [.. Regex.Matches(File.ReadAllText(Path.Combine(folder, "Benchmarks.cs")), @"(\w+)\.Create\(\)")
            .Select(match => match.Groups[1].Value), "MicroBenchmarks"];
        string[] there = [.. classes.Select(name =>
            Regex.Match(File.ReadAllText(Path.Combine(folder, $"{name}.cs")), @"new\(\s*""(?<name>[a-z]+)"",\s*""(?<summary>[^""]+)"""))
            .Select(match => $"{match.Groups["name"]}: {match.Groups["summary"]}")];
        (_, string output, _) = await RunAsync("bench", "--help");
        string[] told = [.. output.Split('\n').Select(line => Regex.Match(line, @"^ {3,}(?<name>[a-z]+) {2,}(?<summary>\S.*)$"))
            .Where(match => match.Success).Select(match => $"{match.Groups["name"]}: {match.Groups["summary"]}")];
        Assert.Equal(there, told);
    }

    [Fact]
    public async Task The_help_of_test_tells_the_last_line_that_the_script_prints()
    {
        string last = File.ReadLines(Path.Combine(RepositoryRoot.Find(), "eng", "run-tests"))
            .Last(line => line.StartsWith("printf '", StringComparison.Ordinal));
        string told = last.Split('\'')[1].Replace("\\n", "", StringComparison.Ordinal).Replace("%s", "N", StringComparison.Ordinal);
        (_, string output, _) = await RunAsync("test", "--help");
        Assert.Equal("N passed, N failed, N skipped", told);
        Assert.Contains($"the last line is \"{told}\"", Regex.Replace(output, @"\s+", " "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_version_is_one_short_line_and_one_of_what_librdkafka_can_do_for_security() => Assert.Matches(
        @"^sluice \d+\.\d+\.\d+(-[0-9a-z.]+)?( \([0-9a-f]{7}\))?\nlibrdkafka \d+\.\d+\.\d+ with ssl, "
            + @"(sasl_gssapi, )?sasl_plain, sasl_scram, sasl_oauthbearer, oidc(; without sasl_gssapi \(Kerberos\))?\n$",
        (await RunAsync("--version")).Output);

    [Theory]
    [InlineData("0.1.0+6ce02b5c7b94c80330fd8f7177538dff98fed20c", "0.1.0 (6ce02b5)")]
    [InlineData("0.3.0-alpha.4+6ce02b5c7b94c80330fd8f7177538dff98fed20c", "0.3.0-alpha.4 (6ce02b5)")]
    [InlineData("0.1.0", "0.1.0")]
    [InlineData("0.1.0+", "0.1.0+")]
    [InlineData("0.0.0-unknown", "0.0.0-unknown")]
    [InlineData("", "unknown")]
    [InlineData(null, "unknown")]
    public void The_commit_is_abbreviated(string? informational, string told) =>
        Assert.Equal(told, ProductBuild.Of(informational).ToString());

    [Fact]
    public void What_the_demo_tells_in_a_line_is_no_bug_s_exception()
    {
        Assert.True(DemoCommand.IsExpected(new ClusterException("No broker answers.")));
        Assert.True(DemoCommand.IsExpected(new ArenaLimitException("The model does not fit.")));
        Assert.False(DemoCommand.IsExpected(new InvalidOperationException("Sequence contains no elements.")));
    }

    [Fact]
    public void Settings_of_run_are_its_arguments()
    {
        ParseResult parsed = CommandLine.Create().Parse(["run", "--Kafka:GroupId=a", "--config", "file", "--Model:Path", "b"]);
        Assert.Empty(parsed.Errors);
        Assert.Equal(["--Kafka:GroupId=a", "--Model:Path", "b"], parsed.GetValue<string[]>("settings")!);
        Assert.Equal("file", parsed.GetValue<string?>("--config"));
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using StringWriter output = new(), errors = new();
        int code = await CommandLine.RunAsync(arguments, new InvocationConfiguration { Output = output, Error = errors });
        return (code, output.ToString(), errors.ToString());
    }
}

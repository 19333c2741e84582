using System.CommandLine;
using System.Text.Json;
using Benchmarks;
using Microsoft.Extensions.Time.Testing;
using Sluice.Worker.Startup;

namespace Cli.Tests.Benchmarks;

public sealed class BenchmarkCommandLineTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bench");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Both_files_are_written_where_both_are_asked_for()
    {
        string json = In("a/report.json"), page = In("b/report page.md");

        (int code, string output) = await RunAsync("boats", "--rounds=3", "--json", json, "--markdown", page);

        Assert.Equal(0, code);
        Assert.Contains("knots_of_the_dinghy", output, StringComparison.Ordinal);
        using JsonDocument report = JsonDocument.Parse(await File.ReadAllTextAsync(json));
        Assert.Equal(3, report.RootElement.GetProperty("figures")[0].GetProperty("value").GetDouble());
        Assert.Equal($"{ProductBuild.This}", report.RootElement.GetProperty("sluice").GetString());
        Assert.Equal("2026-11-27", report.RootElement.GetProperty("date").GetString());
        string[] lines = await File.ReadAllLinesAsync(page);
        Assert.Equal("# bench boats", lines[0]);
        Assert.Contains($"- machine: {Machine.Read()}", lines);
        Assert.Contains($"- sluice: {ProductBuild.This}", lines);
        Assert.Contains("- date: 2026-11-27", lines);
        Assert.Contains($"- command: `./sluice bench boats --rounds 3 --json {json} --markdown '{page}'`", lines);
        Assert.Contains("| knots_of_the_dinghy |  3.00 | kn   | 2.00 | yes |", lines);
    }

    [Theory]
    [InlineData("  ./sluice bench boats [options]", "boats", "--help")]
    [InlineData("  ./sluice bench [command] [options]", "--help")]
    public async Task Help_names_the_command_as_it_is_typed(string usage, params string[] arguments) =>
        Assert.Contains(usage, (await RunAsync(arguments)).Output.Split('\n'));

    [Theory]
    [InlineData("--rounds is 0; it must be between 1 and 1000.\nSee ./sluice bench boats --help.\n", "boats", "--rounds", "0")]
    [InlineData("--rounds is many; it must be between 1 and 1000.\nSee ./sluice bench boats --help.\n", "boats", "--rounds", "many")]
    [InlineData("There is no command 'baots'. Did you mean 'boats'?\nSee ./sluice bench --help.\n", "baots")]
    public async Task A_mistake_is_told_without_the_help(string told, params string[] arguments) =>
        Assert.Equal((1, told), await RunAsync(arguments));

    [Fact]
    public async Task Neither_file_is_written_where_none_is_asked_for()
    {
        Assert.Equal(0, (await RunAsync("boats")).Code);
        Assert.Empty(_folder.EnumerateFileSystemInfos());
    }

    [Theory]
    [InlineData("--markdown", "--json")]
    [InlineData("--json", "--markdown")]
    public async Task A_file_that_cannot_be_written_in_the_end_is_told_by_its_option_and_the_other_is_written(
        string option, string otherOption)
    {
        string below = In("taken/report"), other = In("other");

        (int code, string output) = await RunAsync(["boats", option, below, otherOption, other], () =>
        {
            Directory.Delete(In("taken"), recursive: true);
            File.WriteAllText(In("taken"), "");
        });

        Assert.Equal(1, code);
        Assert.Contains($"{option} {below}: ", output, StringComparison.Ordinal);
        Assert.Contains("Name another file", output, StringComparison.Ordinal);
        Assert.Contains("knots_of_the_dinghy", output, StringComparison.Ordinal);
        Assert.NotEmpty(await File.ReadAllTextAsync(other));
    }

    [Theory]
    [InlineData("--markdown")]
    [InlineData("--json")]
    public async Task A_file_that_cannot_be_written_is_told_before_anything_is_measured(string option)
    {
        await File.WriteAllTextAsync(In("taken"), "");
        (int code, string output) = await RunAsync(["boats", option, In("taken/report")], () => Assert.Fail("It was measured."));
        Assert.Equal(1, code);
        Assert.StartsWith($"{option} {In("taken/report")}: ", output, StringComparison.Ordinal);
        Assert.EndsWith("Name another file; nothing was measured.", output.TrimEnd().Replace('\n', ' '), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_there_is_kept_until_there_is_something_to_write_and_none_is_left_empty()
    {
        await File.WriteAllTextAsync(In("old.md"), "old");
        await RunAsync(["boats", "--markdown", In("old.md"), "--json", In("new.json")], () =>
        {
            Assert.Equal("old", File.ReadAllText(In("old.md")));
            Assert.False(File.Exists(In("new.json")));
        });
        Assert.StartsWith("# bench boats", await File.ReadAllTextAsync(In("old.md")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_in_the_place_of_a_file_is_told_by_its_option()
    {
        (int code, string output) = await RunAsync("boats", "--markdown", _folder.FullName);

        Assert.Equal(1, code);
        Assert.Contains($"--markdown {_folder.FullName}: ", output, StringComparison.Ordinal);
    }

    private string In(string name) => Path.Combine(_folder.FullName, name);

    private static Task<(int Code, string Output)> RunAsync(params string[] arguments) => RunAsync(arguments, () => { });

    private static async Task<(int Code, string Output)> RunAsync(string[] arguments, Action meanwhile)
    {
        Benchmark boats = new("boats", "Boats.", "", (run, _) =>
        {
            meanwhile();
            run.Report.AddFigureAtLeast("knots_of_the_dinghy", run.Rounds, "kn", 2);
            return Task.CompletedTask;
        });
        FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 27, 23, 59, 0, TimeSpan.Zero));
        StringWriter output = new();
        InvocationConfiguration configuration = new() { Output = output, Error = output };
        int code = await new BenchmarkCommandLine([boats], time).RunAsync(arguments, configuration);
        return (code, output.ToString());
    }
}

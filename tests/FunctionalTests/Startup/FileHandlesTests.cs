using System.Diagnostics;
using System.Globalization;

namespace FunctionalTests.Startup;

/// <summary>Commands under a limit on open files, as <c>ulimit -n</c> sets it.</summary>
public sealed class FileHandlesTests
{
    /// <summary>Of eng/limits.sh: the program and the script ask for as many.</summary>
    private static int Needed => int.Parse(File.ReadLines(Path.Combine(RepositoryRoot.Find(), "eng", "limits.sh"))
        .Single(line => line.StartsWith("files_needed=", StringComparison.Ordinal)).Split('=')[1], CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("demo")]
    [InlineData("run")]
    [InlineData("read topic")]
    [InlineData("classify --model models/mail")]
    public async Task Too_few_file_handles_are_told_with_the_number_that_is_needed(string command)
    {
        int allowed = Needed - 1;
        (int code, string output) = await RunAsync(allowed, "", command.Split(' '));
        Assert.Equal(3, code);
        Assert.StartsWith($"./sluice {command.Split(' ')[0]} needs {Needed} file handles, and {allowed} are allowed here. Raise the limit "
            + $"(ulimit -n {Needed}; ", output, StringComparison.Ordinal);
        Assert.Single(output.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task As_many_as_are_needed_are_enough()
    {
        (int code, string output) = await RunAsync(Needed, "{\"text\":\"good film\"}\n", "classify", "--model", WorkerHarness.TinyModel);
        Assert.True(code == 0, output);
    }

    [Theory]
    [InlineData("demo", "--help")]
    [InlineData("--version")]
    [InlineData("xyzzy")]
    public async Task What_needs_few_is_not_refused(params string[] arguments) =>
        Assert.DoesNotContain("file handles", (await RunAsync(64, "", arguments)).Output, StringComparison.Ordinal);

    private static async Task<(int Code, string Output)> RunAsync(int handles, string input, params string[] arguments)
    {
        ProcessStartInfo start = new("bash", ["-c", $"ulimit -n {handles}; exec dotnet \"$@\" 2>&1", "bash",
            Path.Combine(AppContext.BaseDirectory, "Sluice.Cli.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading; what it says tells why.
        }

        await process.WaitForExitAsync();
        return (process.ExitCode, await output);
    }
}

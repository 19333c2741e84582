using System.Diagnostics;

namespace Worker.FunctionalTests.Startup;

/// <summary>Commands under a limit on open files, as <c>ulimit -n</c> sets it.</summary>
public sealed class FileHandlesTests
{
    [Theory]
    [InlineData("demo", 512)]
    [InlineData("run", 512)]
    [InlineData("read topic", 256)]
    [InlineData("classify --model models/mail", 128)]
    public async Task Too_few_file_handles_are_told_with_the_number_that_is_needed(string command, int needed)
    {
        (int code, string output) = await RunAsync(64, "", command.Split(' '));
        Assert.Equal(3, code);
        Assert.StartsWith($"./sluice {command.Split(' ')[0]} needs {needed} file handles, and 64 are allowed here. Raise the limit (ulimit "
            + $"-n {needed}; ", output, StringComparison.Ordinal);
        Assert.Single(output.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task As_many_as_are_needed_are_enough()
    {
        (int code, string output) = await RunAsync(128, "{\"text\":\"good film\"}\n", "classify", "--model", WorkerHarness.TinyModel);
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
            Path.Combine(AppContext.BaseDirectory, "Sluice.Worker.dll"), .. arguments])
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

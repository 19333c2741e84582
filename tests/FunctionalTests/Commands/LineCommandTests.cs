using System.Diagnostics;
using FunctionalTests.Inference;

namespace FunctionalTests.Commands;

/// <summary>How the commands that answer lines end when it is not their input that does.</summary>
public sealed class LineCommandTests
{
    private const int EndedByPipe = 128 + 13;

    /// <summary>Arguments of each command, and a line that it answers.</summary>
    public static TheoryData<string[], string> Commands => new()
    {
        { ["tokenize", "--model", Models.Tiny], """{"text":"a"}""" },
        { ["classify", "--model", Models.Tiny], """{"text":"a"}""" },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_signal_ends_it_while_it_waits_for_a_line(string[] command, string line)
    {
        foreach (int signal in new[] { Signals.Term, Signals.Int })
        {
            using LineProcess process = new(command);
            Assert.StartsWith("{", await process.AskAsync(line), StringComparison.Ordinal);
            process.Signal(signal);
            Assert.Equal((128 + signal, ""), await process.EndAsync());
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task It_ends_quietly_when_nobody_reads_its_answers_any_more(string[] command, string line)
    {
        using LineProcess process = new(command);
        Assert.StartsWith("{", await process.AskAsync(line), StringComparison.Ordinal);
        process.StopReading();
        await process.TellAsync(line);
        Assert.Equal((EndedByPipe, ""), await process.EndAsync());
    }

    [Theory]
    [InlineData(">/dev/full", "Standard output cannot be written: No space left on device.\n")]
    [InlineData("1</dev/null", "Standard output cannot be written: Bad file descriptor.\n")] // what ./sluice makes of a closed one
    [InlineData("</", "Standard input cannot be read: Is a directory.\n")]
    public async Task An_output_or_input_that_fails_is_told_in_one_line(string redirection, string error)
    {
        Assert.Equal((1, "", error), await InShellAsync($"exec dotnet \"$0\" tokenize --model '{Models.Tiny}' {redirection}"));
    }

    [Fact]
    public async Task Commands_that_append_to_one_file_in_turn_do_not_overwrite_each_other()
    {
        string file = Path.GetTempFileName();
        try
        {
            Assert.Equal((0, "", ""), await InShellAsync("for i in 1 2; do echo '{\"text\":\"a\"}' | "
                + $"dotnet \"$0\" tokenize --model '{Models.Tiny}'; done >'{file}'"));
            string[] lines = (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Split('\n');
            Assert.Equal(3, lines.Length);
            Assert.StartsWith("{\"ids\":", lines[0], StringComparison.Ordinal);
            Assert.Equal((lines[0], ""), (lines[1], lines[2]));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<(int ExitCode, string Output, string Errors)> InShellAsync(string script)
    {
        ProcessStartInfo start = new("bash", ["-c", script, Path.Combine(AppContext.BaseDirectory, "Sluice.Cli.dll")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.StandardInput.WriteLineAsync("{}");
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It reads from somewhere else, and nobody has this end open any more.
        }

        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }
}

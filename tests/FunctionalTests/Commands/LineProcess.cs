using System.Diagnostics;

namespace FunctionalTests.Commands;

/// <summary>A command that answers line by line, as another program talks with it through pipes.</summary>
internal sealed class LineProcess : IDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task<string> _errors;

    public LineProcess(params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "Sluice.Cli.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Its answer to a line; the input stays open.</summary>
    public async Task<string?> AskAsync(string line)
    {
        await TellAsync(line);
        return await _process.StandardOutput.ReadLineAsync().WaitAsync(AnswerTimeout);
    }

    public async Task TellAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    public void StopReading() => _process.StandardOutput.Close();

    /// <param name="signal">One of <see cref="Signals"/>.</param>
    public void Signal(int signal) => Signals.Send(_process.Id, signal);

    /// <summary>How it ended, its input still open; 128 plus the signal's number where one ended it.</summary>
    public async Task<(int ExitCode, string Errors)> EndAsync()
    {
        using CancellationTokenSource late = new(AnswerTimeout);
        await _process.WaitForExitAsync(late.Token);
        return (_process.ExitCode, await _errors);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}

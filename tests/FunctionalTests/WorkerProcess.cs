using System.ComponentModel;
using System.Diagnostics;

namespace FunctionalTests;

/// <summary>The worker as a process of its own: <c>./sluice run</c> without the script.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly List<(string Part, TaskCompletionSource Said)> _waits = [];

    private WorkerProcess(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.Start();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
    }

    /// <summary>All that it has written.</summary>
    public string Output
    {
        get { lock (_lines) return string.Join('\n', _lines); }
    }

    public int Id => _process.Id;

    public static WorkerProcess Start(IEnumerable<KeyValuePair<string, string?>> settings,
        params (string Name, string Value)[] environment) =>
        StartFrom(AppContext.BaseDirectory, settings, environment);

    /// <summary>The same with the program of another folder.</summary>
    public static WorkerProcess StartFrom(string folder, IEnumerable<KeyValuePair<string, string?>> settings,
        params (string Name, string Value)[] environment)
    {
        return Start(["exec", Path.Combine(folder, "Sluice.Cli.dll"), "run"], settings, environment);
    }

    /// <summary>The worker's own program, without <c>./sluice</c>'s other commands.</summary>
    public static WorkerProcess StartAlone(IEnumerable<KeyValuePair<string, string?>> settings) =>
        Start(["exec", Path.Combine(AppContext.BaseDirectory, "Sluice.Worker.dll")], settings);

    private static WorkerProcess Start(string[] program, IEnumerable<KeyValuePair<string, string?>> settings,
        params (string Name, string Value)[] environment)
    {
        string[] arguments = [.. settings.Select(s => $"--{s.Key}={s.Value}")];
        ProcessStartInfo start = new("dotnet", [.. program, .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        return Start(start);
    }

    /// <param name="start">With standard output and error redirected.</param>
    public static WorkerProcess Start(ProcessStartInfo start) => new(new Process { StartInfo = start });

    /// <summary>Ends when it reads.</summary>
    public Task StartedAsync() => SaidAsync("Assigned:");

    /// <summary>Ends when it has written a line with this part in it.</summary>
    public Task SaidAsync(string part)
    {
        TaskCompletionSource said = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lines)
        {
            _waits.Add((part, said));
            if (_lines.Any(line => line.Contains(part, StringComparison.Ordinal))) said.TrySetResult();
        }

        return said.Task.WaitAsync(AnswerTimeout);
    }

    /// <summary>Its exit code, once it has ended.</summary>
    public async Task<int> ExitCodeAsync()
    {
        using CancellationTokenSource late = new(AnswerTimeout);
        await _process.WaitForExitAsync(late.Token);
        return _process.ExitCode;
    }

    /// <param name="signal">One of <see cref="Signals"/>.</param>
    public void Signal(int signal) => Signals.Send(_process.Id, signal);

    /// <summary>The same to one that may have ended.</summary>
    /// <returns>False when it has.</returns>
    public bool TrySignal(int signal)
    {
        try
        {
            Signals.Send(_process.Id, signal);
            return true;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null) return;
        lock (_lines)
        {
            _lines.Add(line);
            foreach ((string part, TaskCompletionSource said) in _waits)
                if (line.Contains(part, StringComparison.Ordinal)) said.TrySetResult();
        }
    }
}

using System.Diagnostics;

namespace FunctionalTests;

/// <summary>The worker as a process of its own: <c>./sluice run</c> without the script.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

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
        string[] arguments = [.. settings.Select(s => $"--{s.Key}={s.Value}")];
        ProcessStartInfo start = new("dotnet", ["exec", Path.Combine(folder, "Sluice.Cli.dll"), "run", .. arguments])
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
    public Task StartedAsync() => _started.Task.WaitAsync(Patience);

    /// <summary>Its exit code, once it has ended.</summary>
    public async Task<int> ExitCodeAsync()
    {
        using CancellationTokenSource late = new(Patience);
        await _process.WaitForExitAsync(late.Token);
        return _process.ExitCode;
    }

    /// <param name="signal">One of <see cref="Signals"/>.</param>
    public void Signal(int signal) => Signals.Send(_process.Id, signal);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null) return;
        lock (_lines) _lines.Add(line);
        if (line.Contains("Assigned:", StringComparison.Ordinal)) _started.TrySetResult();
    }
}

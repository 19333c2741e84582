using System.Diagnostics;
using Benchmarks.Burst.Load;
using TestKit;

namespace Benchmarks.Burst.Runs;

/// <summary>A system that runs: started, ready once it has its partitions, killed when it is done with.</summary>
internal sealed class SystemProcess : IAsyncDisposable
{
    private const int KeptLines = 20;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(120), EndTimeout = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly Action<string>? _tell; // under the lock of the lines
    private readonly Queue<string> _lines = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SystemProcess(Process process, Action<string>? tell) => (_process, _tell) = (process, tell);

    public int Id => _process.Id;

    /// <summary>Its exit code; null while it runs.</summary>
    public int? ExitCode => _process.HasExited ? _process.ExitCode : null;

    /// <summary>Ends when it reads; with an exception if it ends before.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Starts a system and waits until it reads.</summary>
    /// <exception cref="InvalidOperationException">It ended, or took too long; its last lines are told.</exception>
    public static async Task<SystemProcess> StartAsync(ServedSystem system, LoadTopics topics, CancellationToken cancel)
    {
        SystemProcess started = Launch(system, topics);
        try
        {
            await started.Ready.WaitAsync(StartTimeout, cancel);
            return started;
        }
        catch (Exception fault)
        {
            await started.DisposeAsync();
            if (fault is OperationCanceledException) throw;
            throw new InvalidOperationException($"{system.Name} does not read: {fault.Message} It said: {started.LastLines}", fault);
        }
    }

    /// <summary>Starts a system and waits for nothing.</summary>
    /// <param name="system">What to start.</param>
    /// <param name="topics">What it serves.</param>
    /// <param name="tell">Is given each line that it writes, on threads of the pool, one line at a time.</param>
    public static SystemProcess Launch(ServedSystem system, LoadTopics topics, Action<string>? tell = null)
    {
        ProcessStartInfo start = new("dotnet", system.Arguments(topics))
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        SystemProcess started = new(new Process { StartInfo = start, EnableRaisingEvents = true }, tell);
        started.Start();
        return started;
    }

    /// <summary>What it said last, for whoever looks for a fault.</summary>
    public string LastLines
    {
        get { lock (_lines) return string.Join('\n', _lines); }
    }

    /// <exception cref="InvalidOperationException">It has ended by itself; its last lines are told.</exception>
    public void MustRun()
    {
        if (_process.HasExited)
            throw new InvalidOperationException($"The system ended with {_process.ExitCode}. It said: {LastLines}");
    }

    /// <summary>Ends it without asking.</summary>
    public void Kill() => _process.Kill();

    /// <param name="signal">One of <see cref="Signals"/>; nothing where it has ended.</param>
    public void Signal(int signal)
    {
        if (!_process.HasExited) Signals.Send(_process.Id, signal);
    }

    /// <summary>Asks it to end as an operator would, and sees to it where it takes too long.</summary>
    /// <returns>Its exit code; null where it had to be killed.</returns>
    public async Task<int?> StopAsync(TimeSpan within)
    {
        Signal(Signals.Term);
        using CancellationTokenSource late = new(within);
        try
        {
            await _process.WaitForExitAsync(late.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
            return null;
        }
    }

    /// <summary>Asks it to end as an operator would, then sees to it: a system far behind would take minutes.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(EndTimeout);
        _process.Dispose();
    }

    private void Start()
    {
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.Exited += (_, _) => _ready.TrySetException(new InvalidOperationException("it ended."));
        _process.Start();
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    private void Take(string? line)
    {
        if (line is null) return;
        lock (_lines)
        {
            _tell?.Invoke(line);
            _lines.Enqueue(line);
            if (_lines.Count > KeptLines) _lines.Dequeue();
        }

        if (line.Contains("Assigned:", StringComparison.Ordinal)) _ready.TrySetResult();
    }
}

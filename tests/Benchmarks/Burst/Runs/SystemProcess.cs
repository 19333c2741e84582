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
    private readonly Queue<string> _lines = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SystemProcess(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>Starts a system and waits until it reads.</summary>
    /// <exception cref="InvalidOperationException">It ended, or took too long; its last lines are told.</exception>
    public static async Task<SystemProcess> StartAsync(ServedSystem system, LoadTopics topics, CancellationToken cancel)
    {
        ProcessStartInfo start = new("dotnet", system.Arguments(topics))
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        SystemProcess started = new(new Process { StartInfo = start, EnableRaisingEvents = true });
        started.Start();
        try
        {
            await started._ready.Task.WaitAsync(StartTimeout, cancel);
            return started;
        }
        catch (Exception fault)
        {
            await started.DisposeAsync();
            if (fault is OperationCanceledException) throw;
            throw new InvalidOperationException($"{system.Name} does not read: {fault.Message} It said: {started.LastLines}", fault);
        }
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

    /// <summary>Asks it to end as an operator would, then sees to it: a system far behind would take minutes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signals.Send(_process.Id, Signals.Term);
            using CancellationTokenSource late = new(EndTimeout);
            try
            {
                await _process.WaitForExitAsync(late.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill();
            }
        }

        await _process.WaitForExitAsync();
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
            _lines.Enqueue(line);
            if (_lines.Count > KeptLines) _lines.Dequeue();
        }

        if (line.Contains("Assigned:", StringComparison.Ordinal)) _ready.TrySetResult();
    }
}

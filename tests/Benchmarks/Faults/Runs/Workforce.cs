using Benchmarks.Burst.Load;
using Benchmarks.Burst.Runs;
using TestKit;

namespace Benchmarks.Faults.Runs;

/// <summary>The workers of a run, as a supervisor keeps them: one that ends by itself is told of, and another started in its place.
/// </summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="system">What to start.</param>
/// <param name="topics">What they serve.</param>
/// <param name="folder">For what each writes, a file a worker.</param>
/// <param name="time">The clock.</param>
internal sealed class Workforce(ServedSystem system, LoadTopics topics, string folder, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a worker may take to end as it is told to: over what it may take to finish what it has.</summary>
    public static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly List<(SystemProcess Process, StreamWriter Log)> _running = []; // under the gate
    private readonly List<string> _ended = []; // under the gate
    private int _started; // under the gate

    /// <summary>What ended without being told to, or did not end when it was: a line each.</summary>
    public IReadOnlyList<string> Ended
    {
        get { lock (_gate) return [.. _ended]; }
    }

    public int Count
    {
        get { lock (_gate) return _running.Count; }
    }

    /// <summary>Starts one more.</summary>
    /// <returns>Ends when it reads, with an exception if it ends before.</returns>
    public Task Start()
    {
        lock (_gate)
        {
            StreamWriter log = new(Path.Combine(folder, $"worker-{++_started}.log")) { AutoFlush = true };
            SystemProcess process = SystemProcess.Launch(system, topics, log.WriteLine);
            _running.Add((process, log));
            return process.Ready;
        }
    }

    /// <summary>SIGKILL to one; it is not replaced.</summary>
    public async Task KillAsync(int target)
    {
        if (Take(target) is not ({ } process, { } log)) return;
        process.Kill();
        await EndAsync(process, log);
    }

    /// <summary>SIGTERM to one; it is not replaced.</summary>
    public async Task StopAsync(int target)
    {
        if (Take(target) is not ({ } process, { } log)) return;
        int? code = await process.StopAsync(StopTimeout);
        if (code != 0) Note(code is null ? $"did not end within {StopTimeout.TotalSeconds} s of SIGTERM" : $"ended with {code} on SIGTERM",
            process);
        await EndAsync(process, log);
    }

    /// <summary>SIGSTOP to one, and SIGCONT after a time.</summary>
    public async Task PauseAsync(int target, TimeSpan length)
    {
        SystemProcess paused;
        lock (_gate)
        {
            if (_running.Count == 0) return;
            paused = _running[target % _running.Count].Process;
        }

        paused.Signal(Signals.Stop);
        try
        {
            await Task.Delay(length, time);
        }
        finally
        {
            paused.Signal(Signals.Cont);
        }
    }

    /// <summary>Replaces those that end by themselves, until it is stopped.</summary>
    public async Task SuperviseAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            foreach ((SystemProcess process, StreamWriter log) in TakeEnded())
            {
                Note($"ended by itself with {process.ExitCode}", process);
                await EndAsync(process, log);
                _ = Start();
            }

            await Task.Delay(Glance, time, CancellationToken.None);
        }
    }

    /// <summary>SIGTERM to all.</summary>
    public Task StopAllAsync() => Task.WhenAll(Enumerable.Range(0, Count).Select(_ => StopAsync(0)));

    public async ValueTask DisposeAsync()
    {
        while (Count > 0) await KillAsync(0);
    }

    private (SystemProcess Process, StreamWriter Log)? Take(int target)
    {
        lock (_gate)
        {
            if (_running.Count == 0) return null;
            (SystemProcess, StreamWriter) taken = _running[target % _running.Count];
            _running.Remove(taken);
            return taken;
        }
    }

    private List<(SystemProcess Process, StreamWriter Log)> TakeEnded()
    {
        lock (_gate)
        {
            List<(SystemProcess Process, StreamWriter Log)> ended = [.. _running.Where(one => one.Process.ExitCode is not null)];
            _running.RemoveAll(ended.Contains);
            return ended;
        }
    }

    private void Note(string what, SystemProcess process)
    {
        lock (_gate) _ended.Add($"a worker {what}: {process.LastLines.Split('\n')[^1]}");
    }

    private static async Task EndAsync(SystemProcess process, StreamWriter log)
    {
        await process.DisposeAsync(); // its last lines are written by then
        await log.DisposeAsync();
    }
}

namespace Sluice.Worker.Inference;

/// <summary>Threads that run students beside a caller's own, as many at a time as there are cores that no caller uses. Thread-safe.</summary>
/// <remarks>A caller counts as one core from <see cref="Enter"/> until what it returned is disposed. Helpers are told of a batch only when a core is free at that moment; on one core there are none.</remarks>
internal sealed class SideBySide : IDisposable
{
    private readonly object _gate = new(); // Monitor, not Lock: helpers wait on it
    private readonly int _cores;
    private readonly GroupRun?[] _offers;
    private int _callers, _helping;
    private bool _closed;

    /// <param name="cores">Cores that callers and helpers may use together, at least 1.</param>
    public SideBySide(int cores)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cores, 1);
        (_cores, _offers) = (cores, new GroupRun?[cores - 1]);
        for (int helper = 0; helper < cores - 1; helper++)
        {
            int own = helper;
            new Thread(() => Serve(own)) { Name = $"sluice-student-{own}", IsBackground = true }.Start();
        }
    }

    /// <summary>A caller begins a batch, and up to <paramref name="wanted"/> helpers are sent to it.</summary>
    /// <returns>Dispose it when the batch's students are done: no helper touches the run after that.</returns>
    public Visit Enter(GroupRun run, int wanted)
    {
        lock (_gate)
        {
            _callers++;
            for (int helper = 0; helper < _offers.Length && wanted > 0 && _callers + _helping < _cores; helper++)
            {
                if (_offers[helper] is not null) continue;
                (_offers[helper], wanted) = (run, wanted - 1);
                _helping++;
            }

            if (_helping > 0) Monitor.PulseAll(_gate);
        }

        return new Visit(this, run);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Leave(GroupRun run)
    {
        lock (_gate)
        {
            _callers--;
            while (_offers.Contains(run)) Monitor.Wait(_gate); // a helper that came too late to find work still looks
        }
    }

    private void Serve(int own)
    {
        while (true)
        {
            GroupRun run;
            lock (_gate)
            {
                while (_offers[own] is null)
                {
                    if (_closed) return;
                    Monitor.Wait(_gate);
                }

                run = _offers[own]!;
            }

            run.Help();
            lock (_gate)
            {
                _offers[own] = null;
                _helping--;
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>A caller's time with its batch.</summary>
    internal readonly struct Visit(SideBySide owner, GroupRun run) : IDisposable
    {
        public void Dispose() => owner.Leave(run);
    }
}

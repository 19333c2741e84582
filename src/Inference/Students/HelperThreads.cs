namespace Sluice.Inference.Students;

/// <summary>
/// Threads that run students beside an inference thread's own, as many at a time as there are cores that no inference thread uses.
/// Thread-safe.
/// </summary>
/// <remarks>An inference thread counts as one core from <see cref="Enter"/> until what it returned is disposed. Helpers are called to a
/// batch only when a core is free at that moment; on one core there are none. A call that nobody has answered is taken back when the
/// inference thread has no student left to give, so a helper that is slow to wake delays nobody.</remarks>
internal sealed class HelperThreads : IDisposable
{
    private readonly object _gate = new(); // Monitor, not Lock: helpers wait on it
    private readonly int _cores;
    private readonly Call[] _calls; // the first _called are unanswered
    private int _called, _entered, _helping;
    private bool _closed;

    /// <param name="cores">Cores that inference threads and helpers may use together, at least 1.</param>
    /// <param name="start">Starts a helper's thread; null starts it at once.</param>
    public HelperThreads(int cores, Action<Thread>? start = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cores, 1);
        (_cores, _calls) = (cores, new Call[cores - 1]);
        start ??= static thread => thread.Start();
        for (int helper = 0; helper < cores - 1; helper++)
            start(new Thread(Serve) { Name = $"sluice-student-{helper}", IsBackground = true });
    }

    /// <summary>
    /// Cores for inference threads and helpers together, so that never more threads work than there are cores: a session with threads of
    /// its own takes as many cores.
    /// </summary>
    /// <param name="students">Students of a batch; of one, there is nothing to help with.</param>
    /// <param name="threads">Threads of one session.</param>
    /// <param name="cores">Cores of the machine.</param>
    public static int AtOnce(int students, int threads, int cores) => students == 1 ? 1 : int.Max(1, cores / threads);

    /// <summary>An inference thread begins a batch, and up to <paramref name="wanted"/> helpers are called to it.</summary>
    /// <param name="run">The batch's run.</param>
    /// <param name="batch">Its number in the run.</param>
    /// <param name="count">Its students.</param>
    /// <param name="wanted">Helpers that would have something to do, from 0.</param>
    /// <returns>Dispose it when no student is left to give. Helpers may still be at theirs: the run knows.</returns>
    public Visit Enter(GroupRun run, int batch, int count, int wanted)
    {
        lock (_gate)
        {
            _entered++;
            for (int free = _cores - _entered - _helping - _called; free > 0 && wanted > 0; free--, wanted--)
            {
                _calls[_called++] = new Call(run, batch, count);
                Monitor.Pulse(_gate);
            }
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
            _entered--;
            int kept = 0;
            for (int call = 0; call < _called; call++)
            {
                if (_calls[call].Run != run) _calls[kept++] = _calls[call];
            }

            Array.Clear(_calls, kept, _called - kept);
            _called = kept;
        }
    }

    private void Serve()
    {
        while (true)
        {
            Call call;
            lock (_gate)
            {
                while (_called == 0)
                {
                    if (_closed) return;
                    Monitor.Wait(_gate);
                }

                call = _calls[--_called];
                _calls[_called] = default;
                _helping++;
            }

            call.Run.Help(call.Batch, call.Count);
            lock (_gate) _helping--;
        }
    }

    /// <summary>An inference thread's time with its batch.</summary>
    internal readonly struct Visit(HelperThreads owner, GroupRun run) : IDisposable
    {
        public void Dispose() => owner.Leave(run);
    }

    private readonly record struct Call(GroupRun Run, int Batch, int Count);
}

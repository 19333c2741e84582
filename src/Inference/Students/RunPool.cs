namespace Sluice.Inference.Students;

/// <summary>
/// Runs that wait for their next batch, and keep their memory meanwhile. Thread-safe; taking and giving back allocate nothing.
/// </summary>
/// <param name="create">Makes one when none waits.</param>
internal sealed class RunPool(Func<GroupRun> create) : IDisposable
{
    /// <summary>More batches at once than this are no mistake; the runs beyond it are made anew.</summary>
    private const int MostKept = 64;

    private readonly Lock _gate = new();
    private readonly GroupRun?[] _kept = new GroupRun?[MostKept];
    private int _count;

    /// <summary>A run that nobody else has; give it back with <see cref="GiveBack"/>.</summary>
    public GroupRun Take()
    {
        lock (_gate)
        {
            if (_count > 0)
            {
                GroupRun last = _kept[--_count]!;
                _kept[_count] = null;
                return last;
            }
        }

        return create();
    }

    public void GiveBack(GroupRun run)
    {
        lock (_gate)
        {
            if (_count < MostKept)
            {
                _kept[_count++] = run;
                return;
            }
        }

        run.Dispose();
    }

    /// <summary>Disposes those that wait.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            while (_count > 0) _kept[--_count]!.Dispose();
        }
    }
}

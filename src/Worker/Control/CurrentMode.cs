using Sluice.Inference.Modes;

namespace Sluice.Worker.Control;

/// <summary>What the next batch is run in. Thread-safe: anyone reads; whoever controls the worker sets.</summary>
/// <remarks>Each batch reads one snapshot and keeps to it, so a change takes effect with the next batch of each inference thread, and
/// costs nothing: what may be set is loaded and learned.</remarks>
internal sealed class CurrentMode
{
    private readonly Mode[] _loaded;
    private readonly Lock _setting = new();
    private ModeSnapshot[] _snapshots; // made before they are set, so that a change of the mode allocates nothing
    private volatile ModeSnapshot _now;

    /// <param name="loaded">The modes that may be set, most accurate first where documents have floors.</param>
    /// <param name="first">The mode to begin with.</param>
    /// <exception cref="ArgumentException">The first is not loaded.</exception>
    public CurrentMode(IEnumerable<Mode> loaded, Mode first)
    {
        _loaded = [.. loaded];
        _snapshots = SnapshotsFor([.. Enumerable.Range(0, _loaded.Length)]);
        _now = Find(first);
    }

    /// <summary>The modes that may be set; a floor is an index of one.</summary>
    public IReadOnlyList<Mode> Loaded => _loaded;

    /// <summary>What holds at this moment. Read it once for a batch.</summary>
    public ModeSnapshot Snapshot => _now;

    /// <summary>The batches that are planned from now on are run in another mode.</summary>
    /// <exception cref="ArgumentException">The mode is not loaded; the message names those that are.</exception>
    public void Set(Mode mode)
    {
        lock (_setting) _now = Find(mode);
    }

    /// <summary>Tells how fast the modes are: documents whose floor forbids the present mode get the fastest that it allows.</summary>
    /// <param name="capacities">Documents/s, one for each that is loaded. Without it, the floor itself is taken.</param>
    public void Rank(IReadOnlyList<double> capacities)
    {
        int[] fastest = new int[_loaded.Length];
        for (int floor = 1; floor < fastest.Length; floor++)
            fastest[floor] = capacities[floor] > capacities[fastest[floor - 1]] ? floor : fastest[floor - 1];
        lock (_setting)
        {
            if (fastest.AsSpan().SequenceEqual(_snapshots[0].Fastest)) return;
            _snapshots = SnapshotsFor(fastest);
            _now = Find(_now.Mode);
        }
    }

    private ModeSnapshot[] SnapshotsFor(int[] fastest) => [.. _loaded.Select((_, rung) => new ModeSnapshot(_loaded, rung, fastest))];

    private ModeSnapshot Find(Mode mode)
    {
        foreach (ModeSnapshot snapshot in _snapshots)
        {
            if (snapshot.Mode == mode) return snapshot;
        }

        throw mode.NotLoaded(_loaded);
    }
}

/// <summary>What batches are run in, as it holds at one moment. Immutable.</summary>
/// <param name="loaded">The modes that may be set.</param>
/// <param name="rung">Index of the present one.</param>
/// <param name="fastest">For each floor, the index of the fastest mode that it allows. Not changed any more.</param>
internal sealed class ModeSnapshot(Mode[] loaded, int rung, int[] fastest)
{
    /// <summary>The present mode.</summary>
    public Mode Mode => loaded[rung];

    /// <inheritdoc cref="ModeSnapshot" path="/param[@name='fastest']"/>
    public ReadOnlySpan<int> Fastest => fastest;

    /// <summary>The mode of documents with a floor: the present one where that is allowed, else the fastest that is.</summary>
    /// <param name="floor">Index of the last mode that is allowed.</param>
    public Mode For(int floor) => loaded[rung <= floor ? rung : fastest[floor]];
}

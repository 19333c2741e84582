using Sluice.Inference.Modes;

namespace Sluice.Worker.Control;

/// <summary>What the next batch is run in. Thread-safe: anyone reads; whoever controls the worker sets.</summary>
/// <remarks>Each batch reads one snapshot and keeps to it, so a change takes effect with the next batch of each inference thread, and
/// costs nothing: what may be set is loaded and learned.</remarks>
internal sealed class CurrentMode
{
    private readonly ModeSnapshot[] _loaded; // made once, so that a change allocates nothing
    private volatile ModeSnapshot _now;

    /// <param name="loaded">The modes that may be set.</param>
    /// <param name="first">The mode to begin with.</param>
    /// <exception cref="ArgumentException">The first is not loaded.</exception>
    public CurrentMode(IEnumerable<Mode> loaded, Mode first)
    {
        _loaded = [.. loaded.Select(mode => new ModeSnapshot(mode))];
        _now = Find(first);
    }

    /// <summary>What holds at this moment. Read it once for a batch.</summary>
    public ModeSnapshot Snapshot => _now;

    /// <summary>The batches that are planned from now on are run in another mode.</summary>
    /// <exception cref="ArgumentException">The mode is not loaded; the message names those that are.</exception>
    public void Set(Mode mode) => _now = Find(mode);

    private ModeSnapshot Find(Mode mode)
    {
        foreach (ModeSnapshot snapshot in _loaded)
        {
            if (snapshot.Mode == mode) return snapshot;
        }

        throw mode.NotLoaded([.. _loaded.Select(snapshot => snapshot.Mode)]);
    }
}

/// <summary>What batches are run in, as it holds at one moment. Immutable.</summary>
/// <param name="Mode">One that is loaded.</param>
internal sealed record ModeSnapshot(Mode Mode);

using Sluice.Inference.Modes;

namespace Sluice.Worker.Control;

/// <summary>How long each mode held, and how often it changed to which and why. Not thread-safe: its owner's own.</summary>
/// <param name="modes">Those that are loaded.</param>
/// <param name="began">When the first began to hold.</param>
internal sealed class ModeHistory(IReadOnlyList<Mode> modes, TimeSpan began)
{
    private readonly TimeSpan[] _held = new TimeSpan[modes.Count];
    private readonly Dictionary<(int To, ChangeReason Reason), long> _changes = [];
    private TimeSpan _at = began;

    /// <summary>How often it changed; made anew by each change, and not changed after that.</summary>
    public IReadOnlyList<ModeChanges> Changes { get; private set; } = [];

    /// <summary>How long a mode has held.</summary>
    public TimeSpan Held(int rung) => _held[rung];

    /// <summary>A mode has held since the last call.</summary>
    /// <param name="rung">Its index.</param>
    /// <param name="now">Not before that of the last call.</param>
    public void Hold(int rung, TimeSpan now)
    {
        _held[rung] += now - _at;
        _at = now;
    }

    /// <summary>It changes.</summary>
    public void Change(int to, ChangeReason reason)
    {
        _changes[(to, reason)] = _changes.GetValueOrDefault((to, reason)) + 1;
        Changes = [.. _changes.Select(change => new ModeChanges(modes[change.Key.To], change.Key.Reason, change.Value))];
    }
}

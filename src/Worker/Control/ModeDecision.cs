using System.Diagnostics;

namespace Sluice.Worker.Control;

/// <summary>What the policy made of one sample, with all that it went by. Immutable.</summary>
/// <param name="Rung">Index of the rung to run the next batches in.</param>
/// <param name="Previous">Index of the one before; the same where nothing changed.</param>
/// <param name="Reason">Why it changed; <see cref="ChangeReason.None"/> where it did not.</param>
/// <param name="Needed">Documents/s that cover arrivals and drain what waits within the target; the least that it can be where
/// <paramref name="IsKnown"/> is false.</param>
/// <param name="Capacity">Documents/s of <paramref name="Rung"/>.</param>
/// <param name="Waiting">Documents that no batch has begun; null while unknown.</param>
/// <param name="ArrivalsPerSecond">Documents/s; null while unknown.</param>
/// <param name="Saturated">No rung is fast enough: the backlog takes longer than the target, or grows.</param>
/// <param name="IsKnown">Whether enough was known to choose a dearer mode by.</param>
internal sealed record ModeDecision(
    int Rung, int Previous, ChangeReason Reason, double Needed, double Capacity, double? Waiting, double? ArrivalsPerSecond,
    bool Saturated, bool IsKnown)
{
    /// <summary>Whether the next batches are run in another mode than those before.</summary>
    public bool Changed => Reason != ChangeReason.None;
}

/// <summary>Why the rung changed.</summary>
internal enum ChangeReason
{
    /// <summary>It did not.</summary>
    None,

    /// <summary>Cheaper: more arrives than the rung before can label.</summary>
    Arrivals,

    /// <summary>Cheaper: the rung before keeps up with arrivals, and does not drain what waits within the target.</summary>
    Backlog,

    /// <summary>More accurate: that rung has been fast enough for the whole hold.</summary>
    Drained,

    /// <summary>More accurate, and no slower than the rung before, as was measured meanwhile; it need not be enough.</summary>
    NoSlower,
}

/// <summary>How a reason is written where others read it.</summary>
internal static class ChangeReasonNames
{
    /// <summary>As metrics and logs write it.</summary>
    public static string Name(this ChangeReason reason) => reason switch
    {
        ChangeReason.None => "none",
        ChangeReason.Arrivals => "arrivals",
        ChangeReason.Backlog => "backlog",
        ChangeReason.Drained => "drained",
        ChangeReason.NoSlower => "no-slower",
        _ => throw new UnreachableException($"Reason {reason} has no name. This is a bug."),
    };
}

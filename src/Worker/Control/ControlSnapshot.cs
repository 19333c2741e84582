using Sluice.Inference.Modes;

namespace Sluice.Worker.Control;

/// <summary>What the control of the mode knows and has done, up to one moment. Immutable. Unknown is null, never 0.</summary>
/// <param name="At">When, since any one instant.</param>
/// <param name="IsFixed">A named mode: nothing chooses.</param>
/// <param name="Rung">Index of the present mode among <paramref name="Rungs"/>.</param>
/// <param name="Rungs">The modes that are loaded; where something chooses, most accurate first.</param>
/// <param name="Changes">How often the mode changed to which, and why; those that occurred.</param>
/// <param name="Backlog">Documents that may be read and are not finished.</param>
/// <param name="Waiting">Of them, those that no batch has begun.</param>
/// <param name="ArrivalsPerSecond">Documents/s that come.</param>
/// <param name="Needed">Documents/s that cover arrivals and drain what waits within <paramref name="DrainTarget"/>, as far as is known.
/// </param>
/// <param name="Saturated">The fastest mode that is allowed is not enough.</param>
/// <param name="IsKnown">Whether enough is known of the lag to choose a dearer mode by.</param>
/// <param name="DrainTarget">How soon what waits is to be labelled.</param>
internal sealed record ControlSnapshot(
    TimeSpan At, bool IsFixed, int Rung, IReadOnlyList<RungSnapshot> Rungs, IReadOnlyList<ModeChanges> Changes, double? Backlog,
    double? Waiting, double? ArrivalsPerSecond, double Needed, bool Saturated, bool IsKnown, TimeSpan DrainTarget)
{
    /// <summary>The present mode.</summary>
    public Mode Mode => Rungs[Rung].Mode;

    /// <summary>Documents/s that the worker can label in it, above 0.</summary>
    public double Capacity => Rungs[Rung].Capacity;

    /// <summary>Whether a more accurate mode is loaded than the present one.</summary>
    public bool IsDegraded => Rungs[Rung].Accuracy is { } accuracy && Rungs.Any(rung => rung.Accuracy > accuracy);

    /// <summary>Seconds until all that waits is in a batch if arrivals and mode stay as they are; infinite where arrivals are no less
    /// than the capacity, 0 where nothing waits, null while unknown. What runs is no delay: a busy worker that is not late has it too.
    /// </summary>
    public double? DrainSeconds => this switch
    {
        { Backlog: null } => null,
        { Waiting: 0 } => 0,
        { Waiting: { } waiting, ArrivalsPerSecond: { } arrivals } =>
            arrivals < Capacity ? waiting / (Capacity - arrivals) : double.PositiveInfinity,
        _ => null,
    };
}

/// <summary>One mode, up to one moment.</summary>
/// <param name="Mode">Which.</param>
/// <param name="Accuracy">Share of right labels, 0..1, as the manifest has it; null where it says nothing.</param>
/// <param name="Capacity">Documents/s that the worker can label in it, above 0.</param>
/// <param name="Held">How long it has been the present mode, in all.</param>
internal sealed record RungSnapshot(Mode Mode, double? Accuracy, double Capacity, TimeSpan Held);

/// <summary>How often the mode changed in one way.</summary>
/// <param name="To">The mode after it.</param>
/// <param name="Reason">Why.</param>
/// <param name="Count">How often, at least 1.</param>
internal sealed record ModeChanges(Mode To, ChangeReason Reason, long Count);

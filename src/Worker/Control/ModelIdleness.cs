namespace Sluice.Worker.Control;

/// <summary>Whether documents wait, and not for the model: its threads find nothing to do, since acknowledgements are slow, or the registry
/// is, or a broker sends little. No cheaper mode makes those sooner.</summary>
/// <remarks>
/// <para>While it is so the policy is told of the documents that reach the model, as if no others were there: it has no reason to go down
/// then, and goes up to the best mode that labels these.</para>
/// <para>Not thread-safe: its owner's own.</para>
/// </remarks>
/// <param name="drainTarget">How soon what waits is to be labelled.</param>
internal sealed class ModelIdleness(TimeSpan drainTarget)
{
    /// <summary>The model must have been idle for so long, at each look.</summary>
    public static readonly TimeSpan Enough = TimeSpan.FromMilliseconds(200);

    /// <summary>Once it was, it is no more when it was not idle at any look for so long. A mode that is busy for half of its time is busy
    /// for a second by chance now and then, and would be left for it.</summary>
    public static readonly TimeSpan Busy = TimeSpan.FromSeconds(2);

    /// <summary>Time constant of the rate at which documents reach the model.</summary>
    public static readonly TimeSpan TimeConstant = LagEstimator.TimeConstant;

    private TimeSpan? _idleSince, _lookedAt;
    private TimeSpan _idleAt;
    private long _reached;
    private double _perSecond;

    /// <summary>Whether it is so.</summary>
    public bool Holds { get; private set; }

    /// <summary>Looks; what the policy is to go by.</summary>
    /// <param name="sample">All documents.</param>
    /// <param name="rung">Index of the present mode.</param>
    /// <param name="model">What the model has.</param>
    public ControlSample Look(ControlSample sample, int rung, ModelLoad model)
    {
        Count(sample.At, model.Reached);
        bool isElsewhere = IsLate(sample.Waiting - model.Waiting, 0) && !IsLate(model.Waiting, rung);
        Holds = isElsewhere && (Holds ? Stays() : Begins());
        if (Holds || !model.IsIdle || !isElsewhere) _idleSince = null;
        if (!Holds || sample.ArrivalsPerSecond is null) return sample;
        return sample with { Backlog = model.Waiting + sample.Running, ArrivalsPerSecond = _perSecond };

        // So few documents no mode is left for.
        bool IsLate(double? waiting, int inRung) =>
            waiting > ModePolicy.CalmShare * drainTarget.TotalSeconds * sample.Capacities[inRung];

        bool Begins()
        {
            if (model.IsIdle) _idleSince ??= sample.At;
            _idleAt = sample.At;
            return model.IsIdle && sample.At - _idleSince >= Enough;
        }

        bool Stays()
        {
            if (model.IsIdle) _idleAt = sample.At;
            return sample.At - _idleAt < Busy;
        }
    }

    private void Count(TimeSpan at, long reached)
    {
        if (_lookedAt is { } last && at > last)
        {
            double seconds = (at - last).TotalSeconds;
            _perSecond += (1 - Math.Exp(-seconds / TimeConstant.TotalSeconds)) * (((reached - _reached) / seconds) - _perSecond);
        }

        (_lookedAt, _reached) = (at, reached);
    }
}

/// <summary>What the model has at one moment.</summary>
/// <param name="Waiting">Documents that are tokenized and wait for a batch.</param>
/// <param name="IsIdle">None waits, and a thread could run one at once.</param>
/// <param name="Reached">Documents that have come so far.</param>
internal readonly record struct ModelLoad(int Waiting, bool IsIdle, long Reached);

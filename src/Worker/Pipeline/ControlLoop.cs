using Microsoft.Extensions.Logging;
using Sluice.Worker.Configuration;
using Sluice.Worker.Control;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Pipeline;

/// <summary>Looks at the lag, asks the policy and sets the mode, one look after another. The control's thread's own.</summary>
/// <remarks>Where a named mode is fixed it sets nothing, and knows the rest all the same.</remarks>
internal sealed class ControlLoop
{
    private readonly Func<LagSample?> _lag;
    private readonly CurrentMode _mode;
    private readonly LadderChoice? _auto;
    private readonly Func<PipelineLoad> _load;
    private readonly Func<int, int, TimeSpan, IReadOnlyList<double>> _capacities;
    private readonly TimeSpan _drainTarget;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SaturationLines _saturation;
    private readonly UnreadWatch _unread = new();
    private readonly ModelIdleness _idleness;
    private readonly ModePolicy _policy;
    private readonly IReadOnlyList<double?> _accuracies;
    private readonly ModeHistory _history;
    private PolicyState _state;
    private LagSample? _lastLag;
    private TimeSpan _lagSeen;

    /// <param name="lag">Reads the newest sample; null before there is one.</param>
    /// <param name="mode">What is set.</param>
    /// <param name="auto">What may be chosen, in the order of the modes that are loaded; null where one is fixed.</param>
    /// <param name="accuracies">Of each mode that is loaded, where it is known.</param>
    /// <param name="load">What is in flight.</param>
    /// <param name="capacities">Is given the present rung, what waits and the time; documents/s of each mode that is loaded.</param>
    /// <param name="options">Target and hold.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where decisions are told.</param>
    public ControlLoop(Func<LagSample?> lag, CurrentMode mode, LadderChoice? auto, IReadOnlyList<double?> accuracies,
        Func<PipelineLoad> load, Func<int, int, TimeSpan, IReadOnlyList<double>> capacities, ControlOptions options, TimeProvider time,
        ILogger logger)
    {
        (_lag, _mode, _auto, _accuracies, _load, _capacities) = (lag, mode, auto, accuracies, load, capacities);
        (_drainTarget, _time, _logger) = (options.DrainTarget, time, logger);
        _policy = new ModePolicy(auto?.Ladder ?? new ModeLadder([new Rung(mode.Snapshot.Mode, 1)]), options.DrainTarget, options.Hold);
        TimeSpan now = Now();
        _state = _policy.Start(now);
        _history = new ModeHistory(mode.Loaded, now);
        _saturation = new SaturationLines(logger);
        _idleness = new ModelIdleness(options.DrainTarget);
    }

    /// <summary>One look. What it found.</summary>
    public ControlSnapshot Look()
    {
        TimeSpan now = Now();
        int before = Present();
        PipelineLoad load = _load();
        IReadOnlyList<double> capacities = _capacities(before, load.Model.Waiting, now);
        _mode.Rank(capacities);
        ControlSample sample = SampleOf(load, _auto is null ? [capacities[before]] : capacities, now);
        ControlSample told = _idleness.Look(sample, _auto is null ? 0 : before, load.Model);
        (_state, ModeDecision decision) = _policy.Next(_state, told);
        _history.Hold(before, now);
        if (decision.Changed) Change(decision, capacities);
        if (_auto is not null)
            _saturation.Look(decision, _policy.Ladder.Rungs[decision.Rung].Mode, _idleness.Holds, sample.Waiting ?? 0, now);
        return new ControlSnapshot(now, _auto is null, Present(),
            [.. _mode.Loaded.Select((mode, rung) => new RungSnapshot(mode, _accuracies[rung], capacities[rung], _history.Held(rung)))],
            _history.Changes, sample.IsWhole || sample.ArrivalsPerSecond is not null ? sample.Backlog : null, sample.Waiting,
            sample.ArrivalsPerSecond, decision.Needed, decision.Saturated, decision.IsKnown, _drainTarget);
    }

    private void Change(ModeDecision decision, IReadOnlyList<double> capacities)
    {
        IReadOnlyList<Rung> rungs = _policy.Ladder.Rungs;
        _mode.Set(rungs[decision.Rung].Mode);
        _history.Change(decision.Rung, decision.Reason);
        (string before, string after, string reason) =
            (rungs[decision.Previous].Mode.Name, rungs[decision.Rung].Mode.Name, decision.Reason.Name());
        double capacityBefore = capacities[decision.Previous];
        if (decision is { Waiting: { } waiting, ArrivalsPerSecond: { } arrivals })
            Log.ModeChanged(_logger, before, after, reason, waiting, arrivals, decision.Needed, capacityBefore, decision.Capacity);
        else
            Log.ModeChangedUnknown(_logger, before, after, reason, decision.Waiting, decision.Needed, capacityBefore, decision.Capacity);
    }

    // Where the lag is not known, what is in flight is the least that waits: enough to go down by, and not to go up by.
    private ControlSample SampleOf(PipelineLoad load, IReadOnlyList<double> capacities, TimeSpan now)
    {
        LagSample? lag = _lag();
        if (!ReferenceEquals(lag, _lastLag)) (_lastLag, _lagSeen) = (lag, now);
        if (lag?.BacklogRecords is null || now - _lagSeen > LagEstimator.Stale)
            return new ControlSample(now, load.InFlight, null, capacities, load.Running, IsWhole: false);
        LeaveOut(lag, load.IsReading);
        DocumentLag documents = DocumentLag.Of(lag, _unread.LeftOut);
        return new ControlSample(now, Math.Max(documents.Backlog!.Value, load.InFlight), documents.ArrivalsPerSecond, capacities,
            load.Running, lag.IsWhole);
    }

    private void LeaveOut(LagSample lag, bool isReading)
    {
        int before = _unread.LeftOut.Count;
        _unread.Look(lag, isReading);
        IReadOnlyList<PartitionLag> leftOut = _unread.LeftOut;
        if (_auto is null) return;
        if (before == 0 && leftOut.Count > 0)
            Log.LeftOut(_logger, leftOut.Sum(one => one.Unread!.Value), leftOut[0].Partition.ToString(), leftOut.Count - 1);
        else if (before > 0 && leftOut.Count == 0) Log.LeftOutNoMore(_logger);
    }

    private int Present()
    {
        Inference.Modes.Mode mode = _mode.Snapshot.Mode;
        for (int rung = 0; rung < _mode.Loaded.Count; rung++)
            if (_mode.Loaded[rung] == mode) return rung;
        return 0;
    }

    private TimeSpan Now() => _time.GetElapsedTime(0);
}

/// <summary>What is in flight at one moment.</summary>
/// <param name="InFlight">Documents from reading to delivery.</param>
/// <param name="Running">Of them, those in a batch that has begun, or labelled and not delivered.</param>
/// <param name="IsReading">A record would be read if one came: reading is not paused, and there is room.</param>
/// <param name="Model">What the model has of them.</param>
internal readonly record struct PipelineLoad(long InFlight, long Running, bool IsReading, ModelLoad Model);

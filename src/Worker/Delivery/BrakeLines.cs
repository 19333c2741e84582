using Microsoft.Extensions.Logging;
using Sluice.Worker.Configuration;
using Sluice.Worker.Documents;
using Sluice.Worker.InFlight;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Delivery;

/// <summary>What the log says of <see cref="RejectionBrake"/>: of each thing that it does the first time.</summary>
/// <param name="options">When the brake stops the worker, or that there is none.</param>
/// <param name="pipeline">What may be in flight.</param>
/// <param name="logger">The brake's.</param>
/// <remarks>Rejections may be held on any thread; what is told of sent ones, on one at a time.</remarks>
internal sealed class BrakeLines(DeadLetterOptions options, PipelineOptions pipeline, ILogger logger)
{
    private readonly int _window = options.WindowOf(pipeline.DocumentsInFlight);
    private bool _toldHeld, _toldLate, _toldOver;

    private static int LongestSeconds => (int)HeldRejections.Longest.TotalSeconds;

    private static int LongestMinutes => (int)HeldRejections.LongestOfAll.TotalMinutes;

    /// <summary>At the start: there is a brake, or there is none.</summary>
    public void Begin()
    {
        if (_window > 0)
            Log.BrakeOn(logger, _window, LongestSeconds, options.BrakeShare);
        else
            Log.BrakeOff(logger, !options.Brake ? "as set"
                : $"only {pipeline.DocumentsInFlight} documents may be in flight, and half of them are too few to judge by");
    }

    /// <summary>A rejected document is held.</summary>
    public void Held(Shipment rejected)
    {
        if (Interlocked.Exchange(ref _toldHeld, true)) return;
        SourceOffset source = rejected.Envelope.Source;
        Log.RejectionsHeld(logger, source.Partition.Topic, source.Partition.Partition, source.Offset, rejected.Why!.Reason.Name(),
            rejected.Why.Message, _window, LongestSeconds);
    }

    /// <summary>The brake stops the worker.</summary>
    public void Stops(MassRejectionException found) => Log.BrakeStops(logger, found.Reason.Name());

    /// <summary>Those that were held go, since one is labelled.</summary>
    /// <param name="count">How many.</param>
    /// <param name="found">What nearly all of them have in common all the same; null where that is nothing.</param>
    /// <param name="setting">The setting that is likely wrong then, and its value; null where none seems so.</param>
    public void Over(int count, MassRejection? found, string? setting)
    {
        if (_toldOver) return;
        _toldOver = true;
        if (found is null) Log.BrakeIsOver(logger, count);
        else
            Log.BrakeIsOverForFew(logger, count, found.Count, found.Of, found.Kind.Reason.Name(),
                MassRejectionException.Blame(setting));
    }

    /// <summary>Some that were held go, though none is labelled.</summary>
    /// <param name="count">How many.</param>
    /// <param name="areLate"><see cref="HeldRejections.AreLate"/>; else they are the oldest beyond the window.</param>
    public void Late(int count, bool areLate)
    {
        if (_toldLate) return;
        _toldLate = true;
        Log.HeldTooLong(logger, count, areLate
            ? $"no record was read for {LongestSeconds} s, or what came behind them waited for them, or {LongestMinutes} minutes passed"
            : $"more than {_window} were rejected, and not for one reason");
    }
}

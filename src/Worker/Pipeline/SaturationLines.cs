using Microsoft.Extensions.Logging;
using Sluice.Inference.Modes;
using Sluice.Worker.Control;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Pipeline;

/// <summary>Tells when even the fastest mode that is allowed is not enough, or when the mode is not what documents wait for; and when that
/// is over. The control's thread's own.</summary>
internal sealed class SaturationLines(ILogger logger)
{
    private readonly SettledCondition _saturated = new(), _idle = new();

    /// <summary>A decision was made.</summary>
    /// <param name="decision">The policy's.</param>
    /// <param name="mode">Which it chose.</param>
    /// <param name="idle">Whether the model is idle though documents wait.</param>
    /// <param name="waiting">How many do, in all.</param>
    /// <param name="now">When.</param>
    public void Look(ModeDecision decision, Mode mode, bool idle, double waiting, TimeSpan now)
    {
        switch (_saturated.Look(decision.Saturated, now, out TimeSpan saturated))
        {
            case ConditionNews.Began when decision is { Waiting: { } wait, ArrivalsPerSecond: { } arrivals }:
                Log.Saturated(logger, mode.Name, wait, arrivals, decision.Needed, decision.Capacity);
                break;
            case ConditionNews.Began:
                Log.SaturatedUnknown(logger, mode.Name, decision.Waiting, decision.Needed, decision.Capacity);
                break;
            case ConditionNews.Ended:
                Log.SaturationOver(logger, (long)saturated.TotalSeconds);
                break;
        }

        switch (_idle.Look(idle, now, out TimeSpan wasIdle))
        {
            case ConditionNews.Began:
                Log.ModelIdle(logger, waiting, mode.Name);
                break;
            case ConditionNews.Ended:
                Log.ModelIdleNoMore(logger, (long)wasIdle.TotalSeconds);
                break;
        }
    }
}

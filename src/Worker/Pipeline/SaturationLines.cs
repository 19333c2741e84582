using Microsoft.Extensions.Logging;
using Sluice.Inference.Modes;
using Sluice.Worker.Control;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Pipeline;

/// <summary>Tells when even the fastest mode that is allowed is not enough, and when it is again. The control's thread's own.</summary>
/// <remarks>Told when it has gone on for <see cref="Settled"/>, and over when it has not come for as long: a burst's first moments are no
/// news, and gaps of a blink are no end.</remarks>
internal sealed class SaturationLines(ILogger logger)
{
    /// <summary>Shorter is not told.</summary>
    public static readonly TimeSpan Settled = TimeSpan.FromSeconds(1);

    private TimeSpan? _since;
    private TimeSpan _last;
    private bool _told;

    /// <summary>A decision was made.</summary>
    public void Look(ModeDecision decision, Mode mode, TimeSpan now)
    {
        if (decision.Saturated)
        {
            _since ??= now;
            _last = now;
            if (_told || now - _since < Settled) return;
            _told = true;
            Log.Saturated(logger, mode.Name, decision.Waiting ?? 0, decision.ArrivalsPerSecond ?? 0, decision.Needed, decision.Capacity);
        }
        else if (_since is { } since && now - _last >= Settled)
        {
            if (_told) Log.SaturationOver(logger, (long)(_last - since).TotalSeconds);
            (_since, _told) = (null, false);
        }
    }
}

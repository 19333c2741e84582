using Microsoft.Extensions.Logging;
using Sluice.Worker.Diagnostics;
using Sluice.Worker.Offsets;

namespace Sluice.Worker.Pipeline;

/// <summary>Logs rejected records without being flooded by a topic full of them: the first of each reason at once, then one each <see cref="Quiet"/> with the number passed over.</summary>
/// <remarks>Thread-safe. Each record's own reason stands in its dead letter in any case.</remarks>
internal sealed class RejectionLog(TimeProvider time, ILogger<RejectionLog> logger)
{
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<RejectionReason, (long LastLogged, long PassedOver)> _reasons = [];

    public void Add(SourceOffset source, Rejection rejection)
    {
        long passedOver = 0;
        lock (_lock)
        {
            if (_reasons.TryGetValue(rejection.Reason, out (long LastLogged, long PassedOver) known) && time.GetElapsedTime(known.LastLogged) < Quiet)
            {
                _reasons[rejection.Reason] = known with { PassedOver = known.PassedOver + 1 };
                return;
            }

            passedOver = known.PassedOver;
            _reasons[rejection.Reason] = (time.GetTimestamp(), 0);
        }

        Log.Rejected(logger, source.Partition.Topic, source.Partition.Partition, source.Offset, rejection.Reason.Name(), rejection.Detail, passedOver);
    }
}

using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Faults;
using Sluice.Worker.InFlight;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Documents;

/// <summary>
/// Logs rejected records without being flooded by a topic full of them: the first of each reason at once, then one each <see cref="Quiet"/>
/// with the number suppressed.
/// </summary>
/// <remarks>Thread-safe. Each record's own reason stands in its dead-letter record in any case.</remarks>
internal sealed class RejectionLog(TimeProvider time, ILogger<RejectionLog> logger)
{
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<RejectionReason, RepeatedWarning> _reasons = new();

    public void Add(SourceOffset source, Rejection rejection)
    {
        if (!_reasons.GetOrAdd(rejection.Reason, _ => new RepeatedWarning(time, Quiet)).ShouldLog(out long suppressed)) return;
        (string topic, int partition) = (source.Partition.Topic, source.Partition.Partition);
        if (suppressed == 0)
            Log.Rejected(logger, topic, partition, source.Offset, rejection.Reason.Name(), rejection.Message);
        else
            Log.RejectedAgain(logger, topic, partition, source.Offset, rejection.Reason.Name(), rejection.Message, suppressed);
    }
}

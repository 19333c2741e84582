using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Faults;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Kafka;

/// <summary>A group that does not take this worker, since some member assigns partitions in another way: it is waited for, as long as a
/// start may wait for the cluster. On the reading thread.</summary>
internal sealed class AssignorWait(KafkaOptions options, FailedReads reads, TimeProvider time, ILogger logger)
{
    private readonly RepeatedWarning _differs = new(time, ClientWarnings.Quiet);
    private long? _since;

    private string Offered => ClientSettings.Find(options, "partition.assignment.strategy") ?? "cooperative-sticky";

    /// <summary>The group refused this worker (again).</summary>
    /// <param name="error">How, cleaned.</param>
    /// <exception cref="ClusterException">It did for <see cref="KafkaOptions.StartTimeout"/>.</exception>
    public void Refused(Error error)
    {
        reads.GroupRefused(error);
        long now = time.GetTimestamp();
        _since ??= now;
        if (time.GetElapsedTime(_since.Value, now) >= options.StartTimeout)
            throw new ClusterException($"Group '{options.GroupId}' takes no worker with partition.assignment.strategy={Offered} beside a "
                + $"member that has it otherwise (waited {options.StartTimeout.TotalSeconds:0} s, Sluice:Kafka:StartTimeout). Stop those "
                + "members (kafka-consumer-groups --describe --members names them), set "
                + "Sluice:Kafka:Consumer:partition.assignment.strategy as they have it, or name another Sluice:Kafka:GroupId.");
        if (_differs.ShouldLog(out long suppressed))
            Log.AssignorDiffers(logger, options.GroupId, Offered, (int)options.StartTimeout.TotalSeconds, suppressed);
    }

    /// <summary>The group has given partitions.</summary>
    public void Joined()
    {
        reads.GroupAnswered();
        _since = null;
        if (_differs.TryEnd(out TimeSpan lasted)) Log.GroupJoined(logger, options.GroupId, (int)lasted.TotalSeconds);
    }
}

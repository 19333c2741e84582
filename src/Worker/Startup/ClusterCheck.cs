using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Configuration;
using Sluice.Worker.Delivery;
using Sluice.Worker.Kafka;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Startup;

/// <summary>Waits at start until a broker answers, every topic is there and the group's commits are known, and says what is missing when
/// the time is up; then it is known which partitions labels go to.</summary>
/// <remarks>Input topics are asked for through the consumer, which creates none (unless <c>allow.auto.create.topics</c> is set); output
/// topics through the producer, which makes the broker create them where it does so by itself.</remarks>
internal sealed class ClusterCheck(KafkaOptions options, RecordSource source, RecordSink sink, StartPositions positions,
    OutputPartitions partitions, Redaction redaction, TimeProvider time, ILogger<ClusterCheck> logger)
{
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(10);

    /// <exception cref="ClusterException">A broker or a topic is not there within <see cref="KafkaOptions.StartTimeout"/>.</exception>
    /// <param name="began">When the start began, by the time provider: the time is up for all checks together.</param>
    /// <param name="stop">Ends the waiting.</param>
    public async Task WaitAsync(long began, CancellationToken stop)
    {
        foreach (string topic in options.InputTopics.Where(t => !t.StartsWith('^'))) await WaitForAsync(topic, source.Handle, began, stop);
        await WaitForAsync(options.OutputTopic, sink.Handle, began, stop);
        await WaitForAsync(options.DeadLetterTopic, sink.Handle, began, stop);
        // Before the group is joined: what its members commit from then on says of no partition that it is new.
        await WaitForAsync(async () => await positions.LookForTopicsAsync().WaitAsync(stop) is { } error
            ? $"Of which topics group '{options.GroupId}' has committed offsets is not told by {options.BootstrapServers}: {error.Reason}"
            : null, began, stop);
        await Task.Run(() => partitions.Learn(
            [.. options.InputTopics.Where(t => !t.StartsWith('^')), options.OutputTopic, options.DeadLetterTopic]), stop);
    }

    private async Task WaitForAsync(string topic, Handle handle, long began, CancellationToken stop)
    {
        using IAdminClient admin = new DependentAdminClientBuilder(handle).Build();
        await WaitForAsync(() => Task.Run(() => Missing(admin, topic, began), stop), began, stop);
    }

    private async Task WaitForAsync(Func<Task<string?>> look, long began, CancellationToken stop)
    {
        long? told = null;
        while (await look() is { } missing)
        {
            TimeSpan left = Left(began);
            if (left <= TimeSpan.Zero)
                throw new ClusterException($"{missing} (waited {options.StartTimeout.TotalSeconds:0} s, Sluice:Kafka:StartTimeout).");
            if (told is null || time.GetElapsedTime(told.Value) >= TellEvery)
            {
                Log.WaitingForCluster(logger, options.BootstrapServers, (int)left.TotalSeconds, missing);
                told = time.GetTimestamp();
            }

            await Task.Delay(left < Pause ? left : Pause, time, stop);
        }
    }

    private TimeSpan Left(long began) => options.StartTimeout - time.GetElapsedTime(began);

    private string? Missing(IAdminClient admin, string topic, long began)
    {
        try
        {
            TimeSpan left = Left(began), answer = left > Answer ? Answer : left > Pause ? left : Pause;
            Error error = admin.GetMetadata(topic, answer).Topics.Single().Error;
            return error.Code switch
            {
                ErrorCode.NoError => null,
                ErrorCode.UnknownTopicOrPart =>
                    $"Topic '{topic}' does not exist on {options.BootstrapServers}; create it, or correct its name in Sluice:Kafka",
                ErrorCode.TopicAuthorizationFailed =>
                    throw new ClusterException($"This user may not see topic '{topic}' on {options.BootstrapServers}; "
                        + "allow it, or correct sasl.username."),
                _ => $"Topic '{topic}' on {options.BootstrapServers} is not ready: {ClientLog.Clean(error, redaction).Reason}",
            };
        }
        catch (KafkaException e)
        {
            Error? last = sink.Warnings.Last ?? source.Warnings.Last; // a consumer tells errors only to whoever reads
            string reason = ClientLog.Clean(last ?? e.Error, redaction).Reason;
            return $"No broker at {options.BootstrapServers} answers: {reason}; {ConnectionAdvice.Of(last)}";
        }
    }
}

using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Sluice.Worker.InFlight;

namespace Sluice.Worker.Kafka;

/// <summary>A partition that takes no records at present. Immutable.</summary>
/// <param name="Partition">Which.</param>
/// <param name="HasLeader">Some broker leads it.</param>
/// <param name="InSync">Replicas that are in sync.</param>
/// <param name="Wanted">As many it wants (<c>min.insync.replicas</c>), and has at all.</param>
internal sealed record ClosedPartition(SourcePartition Partition, bool HasLeader, int InSync, int Wanted);

/// <summary>Asks whether the topics that are written take records: librdkafka tries again what a broker refuses for want of replicas, and
/// says nothing of it.</summary>
internal sealed class OutputTopics(RecordSink sink, KafkaOptions options)
{
    private const string LeastInSync = "min.insync.replicas";

    /// <summary>The first partition that takes no records, of the topic of labels and then of dead-letter records.</summary>
    /// <param name="timeout">How long each of up to four answers is waited for; one that does not come, or that this user may not have,
    /// says nothing.</param>
    public async Task<ClosedPartition?> FindClosedAsync(TimeSpan timeout)
    {
        using IAdminClient admin = new DependentAdminClientBuilder(sink.Handle).Build();
        foreach (string topic in new[] { options.OutputTopic, options.DeadLetterTopic })
        {
            try
            {
                // It blocks, and whoever asks has other things to look at.
                Metadata metadata = await Task.Run(() => admin.GetMetadata(topic, timeout));
                int wanted = await LeastInSyncAsync(admin, topic, timeout);
                if (Closed(metadata, wanted) is { } closed) return closed;
            }
            catch (KafkaException)
            {
                // The clients tell what is wrong with the brokers.
            }
        }

        return null;
    }

    private static ClosedPartition? Closed(Metadata metadata, int wanted) => metadata.Topics
        .SelectMany(topic => topic.Partitions.Select(partition => new ClosedPartition(
            new SourcePartition(topic.Topic, partition.PartitionId), partition.Leader >= 0, partition.InSyncReplicas.Length,
            Math.Min(wanted, partition.Replicas.Length)))) // a broker asks for no more than there are
        .FirstOrDefault(partition => !partition.HasLeader || partition.InSync < partition.Wanted);

    private static async Task<int> LeastInSyncAsync(IAdminClient admin, string topic, TimeSpan timeout)
    {
        try
        {
            List<DescribeConfigsResult> answers = await admin.DescribeConfigsAsync(
                [new ConfigResource { Name = topic, Type = ResourceType.Topic }], new DescribeConfigsOptions { RequestTimeout = timeout });
            return answers[0].Entries.TryGetValue(LeastInSync, out ConfigEntryResult? entry) && int.TryParse(entry.Value, out int wanted)
                ? wanted : 1;
        }
        catch (KafkaException)
        {
            return 1;
        }
    }
}

using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Worker.Delivery;
using Sluice.Worker.Documents;
using Sluice.Worker.Kafka;

namespace Worker.Tests.Delivery;

/// <summary>For tests of something else.</summary>
internal static class Partitionings
{
    /// <summary>Goes by the key.</summary>
    public static OutputPartitions ByKey { get; } = new(new OutputOptions { Partition = OutputPartition.Key }, new KafkaOptions(),
        (_, _) => null, TimeProvider.System, NullLogger<OutputPartitions>.Instance);

    /// <summary>All topics have so many partitions.</summary>
    public static OutputPartitions BySource(int partitions) => new(new OutputOptions(), new KafkaOptions(), (_, _) => partitions,
        TimeProvider.System, NullLogger<OutputPartitions>.Instance);
}

using FunctionalTests.Kafka;
using FunctionalTests.Registry;

namespace FunctionalTests.Documents;

/// <summary>The contract on a real broker and a real registry.</summary>
public sealed class RealChangeEventTests(RealKafka kafka, RealRegistry registry)
    : ChangeEventContract, IClassFixture<RealKafka>, IClassFixture<RealRegistry>
{
    protected override string BootstrapServers => kafka.BootstrapServers;

    protected override Uri Registry => new(registry.Url);

    private protected override Task<TestTopics> CreateTopicsAsync() => kafka.CreateTopicsAsync(partitions: 1);
}

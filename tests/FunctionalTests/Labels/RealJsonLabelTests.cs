using FunctionalTests.Kafka;
using FunctionalTests.Registry;

namespace FunctionalTests.Labels;

/// <summary>The same on a real broker, beside a real registry.</summary>
public sealed class RealJsonLabelTests(RealKafka kafka, RealRegistry registry) : JsonLabelContract, IClassFixture<RealKafka>,
    IClassFixture<RealRegistry>
{
    protected override string Servers => kafka.BootstrapServers;

    protected override string Registry => registry.Url;

    private protected override Task<TestTopics> CreateTopicsAsync() => kafka.CreateTopicsAsync(partitions: 4);
}

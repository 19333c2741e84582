using Worker.FunctionalTests.Kafka;
using Worker.FunctionalTests.Registry;

namespace Worker.FunctionalTests.Demo;

/// <summary>The harness on the broker in ../shared/kafka and the registry in ../shared/registry.</summary>
public sealed class RealDemoTests(RealKafka kafka, RealRegistry registry) : DemoContract, IClassFixture<RealKafka>, IClassFixture<RealRegistry>
{
    protected override (string? Cluster, string? Registry) Where => (kafka.BootstrapServers, registry.Url);
}

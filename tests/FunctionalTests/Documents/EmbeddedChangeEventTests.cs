namespace FunctionalTests.Documents;

/// <summary>The contract on the embedded cluster.</summary>
[Collection(TestClusterTests.Name)]
public sealed class EmbeddedChangeEventTests(TestCluster cluster) : ChangeEventContract
{
    protected override string BootstrapServers => cluster.BootstrapServers;

    protected override Uri Registry => cluster.RegistryUrl;

    private protected override Task<TestTopics> CreateTopicsAsync() => Task.FromResult(cluster.CreateTopics(partitions: 1));
}

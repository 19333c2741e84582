namespace FunctionalTests.Labels;

[Collection(TestClusterTests.Name)]
public sealed class EmbeddedJsonLabelTests(TestCluster cluster) : JsonLabelContract
{
    protected override string Servers => cluster.BootstrapServers;

    protected override string Registry => cluster.RegistryUrl.ToString().TrimEnd('/');

    private protected override Task<TestTopics> CreateTopicsAsync() => Task.FromResult(cluster.CreateTopics());
}

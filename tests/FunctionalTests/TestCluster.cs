using Sluice.Cli.Embedded;

namespace FunctionalTests;

/// <summary>A broker and a registry in this process, shared by the tests of a collection; each test has topics of its own.</summary>
public sealed class TestCluster : IAsyncLifetime
{
    private EmbeddedBroker? _broker;
    private EmbeddedRegistry? _registry;
    private Uri? _registryUrl;

    internal EmbeddedBroker Broker => _broker!;

    internal string BootstrapServers => Broker.BootstrapServers;

    internal Uri RegistryUrl => _registryUrl!;

    public async ValueTask InitializeAsync()
    {
        _broker = EmbeddedBroker.Start();
        _registry = new EmbeddedRegistry();
        _registryUrl = await _registry.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_registry is not null) await _registry.DisposeAsync();
        _broker?.Dispose();
    }

    /// <summary>Topics that no other test knows.</summary>
    internal TestTopics CreateTopics(int partitions = 4)
    {
        TestTopics topics = TestTopics.Create();
        Broker.CreateTopic(topics.Input, partitions);
        Broker.CreateTopic(topics.Output, partitions);
        Broker.CreateTopic(topics.DeadLetters, 1);
        return topics;
    }
}

[CollectionDefinition(Name)]
public sealed class TestClusterTests : ICollectionFixture<TestCluster>
{
    public const string Name = "worker on an embedded cluster";
}

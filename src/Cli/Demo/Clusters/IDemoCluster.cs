using Sluice.Cli.Demo.Settings;
using Sluice.Worker.Documents.Registry;

namespace Sluice.Cli.Demo.Clusters;

/// <summary>A broker and a registry that the demo runs against: embedded in this process, or real ones.</summary>
internal interface IDemoCluster : IAsyncDisposable
{
    string BootstrapServers { get; }

    /// <summary>How the demo itself reaches the registry.</summary>
    RegistryOptions RegistryOptions { get; }

    /// <summary>librdkafka's settings for the demo's own clients; the caller's to change.</summary>
    Dictionary<string, string> ClientSettings { get; }

    /// <summary>Settings of the worker that go with this cluster, below <c>Sluice:</c>.</summary>
    IReadOnlyDictionary<string, string?> WorkerSettings { get; }

    /// <summary>In one line, for people.</summary>
    string Description { get; }

    /// <summary>Names that no other run uses.</summary>
    DemoTopics Topics { get; }

    /// <summary>Most bytes of documents that may be sent and not yet labelled.</summary>
    long MaxUnreadBytes { get; }

    /// <summary>Makes the topics.</summary>
    Task CreateTopicsAsync(int partitions, CancellationToken cancellation);
}

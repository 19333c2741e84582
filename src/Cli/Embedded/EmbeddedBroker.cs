using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;
using Sluice.Worker.Kafka;

namespace Sluice.Cli.Embedded;

/// <summary>
/// A broker inside this process: librdkafka's mock cluster, a real TCP listener on loopback that any client can use. Thread-safe.
/// </summary>
/// <remarks>
/// Good for the demo and quick tests: it keeps everything in memory, and of each partition only the newest 5 MiB or 100,000 records
/// (rdkafka_mock.c, rd_kafka_mock_partition_new), whether they were read or not. So whoever replays much must spread it over partitions and
/// bound what is unread; <see cref="BytesPerPartition"/> is the figure to plan with. Topics are made here or on first use; CreateTopics is
/// not answered.
/// </remarks>
internal sealed class EmbeddedBroker : IDisposable
{
    /// <summary>What a partition holds before its oldest records are dropped, in bytes.</summary>
    public const int BytesPerPartition = 5 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly nint _client;
    private nint _cluster;

    private EmbeddedBroker(nint client, nint cluster, int defaultPartitions)
    {
        _client = client;
        _cluster = cluster;
        DefaultPartitions = defaultPartitions;
        BootstrapServers = Marshal.PtrToStringUTF8(MockCluster.Bootstraps(cluster))!;
    }

    /// <summary>Addresses for <c>bootstrap.servers</c>, such as 127.0.0.1:41234.</summary>
    public string BootstrapServers { get; }

    /// <summary>Partitions of a topic made by <see cref="CreateTopic"/> without a number.</summary>
    public int DefaultPartitions { get; }

    /// <summary>Starts a broker; groups form without the usual wait for further members.</summary>
    /// <param name="partitionsDefault">Partitions of topics that are created without a number; at least 1.</param>
    /// <param name="brokers">How many brokers the cluster has; at least 1.</param>
    /// <exception cref="ClusterException">librdkafka cannot make a client or a cluster.</exception>
    public static EmbeddedBroker Start(int partitionsDefault = 4, int brokers = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(partitionsDefault, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(brokers, 1);
        string version = NativeClient.Load();
        byte[] error = new byte[512];
        using NativeSettings settings = new();
        settings.Silence();
        nint client = MockCluster.NewClient(MockCluster.Producer, settings.Handle, error, (nuint)error.Length);
        if (client == 0)
            throw new ClusterException($"librdkafka {version} makes no client: {Encoding.UTF8.GetString(error).TrimEnd('\0')}");
        settings.TakenOver();
        nint cluster = MockCluster.NewCluster(client, brokers);
        if (cluster == 0)
        {
            MockCluster.DestroyClient(client);
            throw new ClusterException($"librdkafka {version} makes no mock cluster; are there free ports on 127.0.0.1?");
        }

        MockCluster.SetInitialRebalanceDelay(cluster, 0);
        return new EmbeddedBroker(client, cluster, partitionsDefault);
    }

    /// <summary>Makes a topic.</summary>
    /// <param name="topic">Its name.</param>
    /// <param name="partitions">How many partitions; null for <see cref="DefaultPartitions"/>.</param>
    /// <exception cref="KafkaException">The topic exists, or its name or number of partitions is not allowed.</exception>
    public void CreateTopic(string topic, int? partitions = null) =>
        Use(cluster =>
        {
            int code = MockCluster.CreateTopic(cluster, topic, partitions ?? DefaultPartitions, 1);
            if (code != 0)
                throw new KafkaException((ErrorCode)code);
        });

    /// <summary>Makes the next requests of a kind fail. Only tests of faults do so; it is here because the cluster's handle must not leave
    /// this class.</summary>
    /// <param name="apiKey">The protocol's number of the request: 0 produce, 1 fetch, 8 offset commit, ...
    /// (kafka.apache.org/protocol#protocol_api_keys).</param>
    /// <param name="errors">One error for each request, in order.</param>
    public void FailNext(short apiKey, params ErrorCode[] errors) =>
        Use(cluster => MockCluster.PushRequestErrors(cluster, apiKey, (nuint)errors.Length, Array.ConvertAll(errors, e => (int)e)));

    public void Dispose()
    {
        lock (_lock)
        {
            if (_cluster == 0)
                return;
            MockCluster.DestroyCluster(_cluster);
            MockCluster.DestroyClient(_client);
            _cluster = 0;
        }
    }

    // The lock keeps Dispose from freeing the cluster under a call.
    private void Use(Action<nint> action)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_cluster == 0, this);
            action(_cluster);
        }
    }
}

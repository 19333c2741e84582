using System.Runtime.InteropServices;
using Sluice.Worker.Kafka;

namespace Sluice.Cli.Embedded;

/// <summary>The entries of librdkafka that make a mock cluster (rdkafka.h, rdkafka_mock.h of 2.16.0; the
/// latter's are declared experimental).</summary>
internal static partial class MockCluster
{
    /// <summary>RD_KAFKA_PRODUCER of rd_kafka_type_t.</summary>
    public const int Producer = 0;

    private const string Library = NativeClient.Name;

    static MockCluster() => NativeClient.ResolveFor(typeof(MockCluster).Assembly);

    /// <summary>Takes the configuration over when it succeeds; returns zero and a text when it does not.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_new")]
    public static partial nint NewClient(int type, nint configuration, [Out] byte[] error, nuint errorSize);

    [LibraryImport(Library, EntryPoint = "rd_kafka_destroy")]
    public static partial void DestroyClient(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_new")]
    public static partial nint NewCluster(nint client, int brokers);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_destroy")]
    public static partial void DestroyCluster(nint cluster);

    /// <summary>A string that the cluster owns.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_bootstraps")]
    public static partial nint Bootstraps(nint cluster);

    /// <summary>Returns an rd_kafka_resp_err_t, 0 for success.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_topic_create", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int CreateTopic(nint cluster, string topic, int partitions, int replicas);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_group_initial_rebalance_delay_ms")]
    public static partial void SetInitialRebalanceDelay(nint cluster, int milliseconds);

    /// <summary>The next <paramref name="count"/> requests of a kind fail with these errors.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_push_request_errors_array")]
    public static partial void PushRequestErrors(nint cluster, short apiKey, nuint count, int[] errors);
}

using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Sluice.Worker.Configuration;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;

namespace FunctionalTests.Kafka;

/// <summary>What is decided of a partition without a commit, by a broker that does not always answer.</summary>
[Collection(TestClusterTests.Name)]
public sealed class StartPositionsTests(TestCluster cluster) : IDisposable
{
    private const short ListOffsets = 2; // kafka.apache.org/protocol#protocol_api_keys

    private readonly RecordedLog _log = new();
    private readonly FakeTimeProvider _time = new();
    private OffsetQueries? _queries;

    public void Dispose() => _queries?.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // an eager group gives all back, and gets it again
    public async Task A_partition_that_was_left_open_is_no_newer_after_the_next_assignment(bool comesAgain)
    {
        (StartPositions positions, TestTopics topics) = Create();
        Assert.Null(await positions.LookForTopicsAsync());
        SourcePartition placed = new(topics.Input, 0), open = new(topics.Input, 1);
        // Of both together, then of the first, then of the second alone.
        cluster.Broker.FailNext(ListOffsets, ErrorCode.TopicAuthorizationFailed, ErrorCode.NoError, ErrorCode.TopicAuthorizationFailed);
        Assert.Equal([3, null], positions.Find([placed, open]).Select(start => start.Offset?.Offset.Value));
        positions.Find([]);
        cluster.Broker.FailNext(ListOffsets, ErrorCode.TopicAuthorizationFailed);
        Assert.Equal([null], positions.FindAgain([open]).Select(start => start.Offset?.Offset.Value));
        Assert.Equal([3], (comesAgain ? positions.Find([open]) : positions.FindAgain([open])).Select(start => start.Offset?.Offset.Value));
    }

    [Fact]
    public void Places_that_are_not_told_are_a_line_a_minute()
    {
        (StartPositions positions, TestTopics topics) = Create();
        SourcePartition open = new(topics.Input, 0);
        for (int i = 0; i < 3; i++) FailOnce();
        Assert.Single(_log.Lines, line => line.Id == 216);
        _time.Advance(ClientWarnings.Quiet);
        FailOnce();
        Assert.Contains("(2 more such answers", _log.Lines.Last(line => line.Id == 216).Text, StringComparison.Ordinal);

        void FailOnce()
        {
            cluster.Broker.FailNext(9, ErrorCode.GroupAuthorizationFailed);
            positions.FindAgain([open]);
        }
    }

    private (StartPositions Positions, TestTopics Topics) Create()
    {
        TestTopics topics = cluster.CreateTopics(partitions: 2);
        using KafkaProbe probe = new(cluster.BootstrapServers);
        foreach (int partition in new[] { 0, 1 })
            for (int i = 0; i < 3; i++) probe.Send(topics.Input, null, Encoding.UTF8.GetBytes("good film"), partition: partition);
        probe.Flush();
        using ILoggerFactory logs = LoggerFactory.Create(builder => builder.AddProvider(_log));
        KafkaOptions options = new()
        {
            BootstrapServers = cluster.BootstrapServers,
            GroupId = topics.Group,
            InputTopics = [topics.Input],
            OutputTopic = topics.Output,
            DeadLetterTopic = topics.DeadLetters,
            Consumer = new() { ["auto.offset.reset"] = "latest" },
        };
        _queries = new OffsetQueries(options, new Redaction([]), _time, logs.CreateLogger<OffsetQueries>());
        return (new StartPositions(_queries, options, new Redaction([]), _time, logs.CreateLogger<StartPositions>()), topics);
    }
}

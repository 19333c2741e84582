using System.Text;

namespace FunctionalTests;

[Collection(TestClusterTests.Name)]
public sealed class RebalanceTests(TestCluster cluster)
{
    [Fact]
    public async Task Workers_that_join_and_leave_lose_nothing_and_commit_everything()
    {
        const int Count = 2000;
        TestTopics topics = cluster.CreateTopics(partitions: 6);
        using KafkaProbe probe = new(cluster.BootstrapServers);
        Dictionary<string, string?> settings = WorkerHarness.Settings(cluster.BootstrapServers, cluster.RegistryUrl, topics,
            ("Input:Format", "Text"), ("Pipeline:MaxDocumentsInFlight", "50"));
        // So long the embedded broker waits in a rebalance for a member that has left.
        settings["Kafka:Consumer:session.timeout.ms"] = "3000";
        Send(0, Count / 2);
        await using WorkerHarness first = await WorkerHarness.StartAsync(settings);
        probe.ReadAll(topics.Output, 200);
        await using WorkerHarness second = await WorkerHarness.StartAsync(settings);
        await second.Log.WaitForAsync(200);
        Send(Count / 2, Count);
        probe.ReadAll(topics.Output, Count * 3 / 4);
        await first.StopAsync();
        // A worker that stops in the middle of a rebalance may not commit, and its documents are labelled again: wait until the second one
        // has everything.
        for (int partition = 0; partition < 6; partition++) await second.Log.WaitForAsync(200, $"{topics.Input}[{partition}]");
        HashSet<(int, long)> labelled = [];
        for (int expected = Count; labelled.Count < Count; expected++) // repeated labels count too: more may have to be read than documents
            labelled = [.. probe.ReadAll(topics.Output, expected).Select(l => KafkaProbe.PredictionOf(l)).Select(p =>
                (p.SourcePartition, p.SourceOffset))];
        await second.StopAsync();
        Assert.Equal(probe.HighWatermarks(topics.Input, 6), probe.Committed(topics.Group, topics.Input, 6));
        Assert.True(second.Progress.Consumed > 0);
        Assert.Null(first.Failure.First ?? second.Failure.First);

        void Send(int from, int to)
        {
            for (int i = from; i < to; i++) probe.Send(topics.Input, Encoding.UTF8.GetBytes($"k{i}"), "good film"u8.ToArray());
            probe.Flush();
        }
    }
}

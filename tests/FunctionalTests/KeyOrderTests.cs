using Sluice.Schemas;

namespace FunctionalTests;

[Collection(TestClusterTests.Name)]
public sealed class KeyOrderTests(TestCluster cluster)
{
    private const int Keys = 4, OfEach = 40;

    /// <summary>Long and short documents in turn, which planned batches part, and tombstones, which no batch holds up.</summary>
    [Fact]
    public async Task Documents_and_tombstones_of_one_key_come_out_in_the_order_in_which_they_went_in()
    {
        TestTopics topics = cluster.CreateTopics();
        int schema = await WorkerHarness.RegisterAsync(cluster.RegistryUrl, topics.Input);
        using KafkaProbe probe = new(cluster.BootstrapServers);
        for (int i = 0; i < OfEach; i++)
        {
            for (int key = 0; key < Keys; key++)
                probe.Send(topics.Input, [(byte)key], IsTombstone(i) ? null : KafkaProbe.Framed(schema, DocumentOf(i)));
        }

        probe.Flush();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(
            WorkerHarness.Settings(cluster.BootstrapServers, cluster.RegistryUrl, topics, ("Pipeline:KeepKeyOrder", "true"),
                ("Pipeline:InferenceCallers", "4")));
        foreach (var ofKey in probe.ReadAll(topics.Output, Keys * OfEach).GroupBy(label => label.Message.Key![0]))
            Assert.Equal(Enumerable.Range(0, OfEach).Select(NameOf),
                ofKey.OrderBy(label => label.Offset.Value)
                    .Select(label => label.Message.Value is null ? "tombstone" : KafkaProbe.PredictionOf(label).DocumentId));
        await worker.StopAsync();
        Assert.Null(worker.Failure.First);
        Assert.Equal(probe.HighWatermarks(topics.Input, 4).Where(partition => partition.Value > 0),
            probe.Committed(topics.Group, topics.Input, 4).Where(partition => partition.Value > 0));
    }

    private static bool IsTombstone(int i) => i % 7 == 6;

    private static string NameOf(int i) => IsTombstone(i) ? "tombstone" : $"doc-{i}";

    private static Document DocumentOf(int i) => new(NameOf(i), null, string.Join(' ', Enumerable.Repeat("good", i % 2 == 0 ? 28 : 1)));
}

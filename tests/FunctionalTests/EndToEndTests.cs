using System.Text;
using Confluent.Kafka;
using Sluice.Schemas;
using Sluice.Worker.Observability;

namespace FunctionalTests;

[Collection(TestClusterTests.Name)]
public sealed class EndToEndTests(TestCluster cluster)
{
    private static readonly string[] Words = ["good", "bad", "film", "mail", "free", "money", "meeting", "very"];

    [Fact]
    public async Task Every_document_gets_one_label_that_says_how_it_was_made_and_its_offset_is_committed()
    {
        const int Count = 500;
        TestTopics topics = cluster.CreateTopics();
        int schema = await WorkerHarness.RegisterAsync(cluster.RegistryUrl, topics.Input);
        using KafkaProbe probe = new(cluster.BootstrapServers);
        for (int i = 0; i < Count; i++)
            probe.Send(topics.Input, Encoding.UTF8.GetBytes($"key-{i}"), KafkaProbe.Framed(schema, DocumentOf(i)),
                new Headers { { "trace", Encoding.UTF8.GetBytes($"t{i}") } });
        probe.Flush();

        ProgressSnapshot progress;
        await using (WorkerHarness worker = await WorkerHarness.StartAsync(
            WorkerHarness.Settings(cluster.BootstrapServers, cluster.RegistryUrl, topics)))
        {
            List<ConsumeResult<byte[]?, byte[]?>> labels = probe.ReadAll(topics.Output, Count);
            Assert.Equal(Count, labels.Count);
            Assert.Equal(Count, labels.Select(l => KafkaProbe.PredictionOf(l).DocumentId).Distinct().Count());
            foreach (ConsumeResult<byte[]?, byte[]?> label in labels) Check(label, topics);
            await worker.StopAsync();
            Assert.Null(worker.Failure.First);
            progress = worker.Progress;
        }

        Assert.Equal(probe.HighWatermarks(topics.Input, 4), probe.Committed(topics.Group, topics.Input, 4));
        Assert.Equal(((long)Count, (long)Count, (long)Count, 0L, (long)Count),
            (progress.Consumed, progress.Labelled, progress.Published, progress.DeadLettered, progress.Committed));
        Assert.All(progress.Cpu, step => Assert.True(step.Value > TimeSpan.Zero, $"{step.Key} took no CPU"));
    }

    [Fact]
    public async Task Documents_that_are_done_fast_are_committed_to_make_room_and_reading_never_pauses_for_them()
    {
        const int Count = 60_000;
        TestTopics topics = cluster.CreateTopics();
        using KafkaProbe probe = new(cluster.BootstrapServers);
        for (int i = 0; i < Count; i++) probe.Send(topics.Input, null, Encoding.UTF8.GetBytes(string.Join(' ', Words.Take(1 + (i % 7)))));
        probe.Flush();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(WorkerHarness.Settings(
            cluster.BootstrapServers, cluster.RegistryUrl, topics, ("Input:Format", "Text"), ("Pipeline:MaxDocumentsInFlight", "8000"),
                ("Kafka:CommitInterval", "00:05:00")));
        Assert.Equal(Count, probe.ReadAll(topics.Output, Count).Count);
        await worker.StopAsync();
        Assert.DoesNotContain(worker.Log.Lines, line => line.Id == 208);
        Assert.Equal(Count, worker.Progress.Committed);
    }

    private static void Check(ConsumeResult<byte[]?, byte[]?> label, TestTopics topics)
    {
        Prediction prediction = KafkaProbe.PredictionOf(label);
        int i = int.Parse(prediction.DocumentId[4..]);
        Assert.Equal($"key-{i}", Encoding.UTF8.GetString(label.Message.Key!));
        Assert.Equal($"t{i}", Encoding.UTF8.GetString(label.Message.Headers.GetLastBytes("trace")));
        Assert.Equal(("tiny", "1.0.0", PredictionMode.Teacher, "int8"),
            (prediction.ModelId, prediction.ModelVersion, prediction.Mode, prediction.Precision));
        Assert.Equal(topics.Input, prediction.SourceTopic);
        Assert.Equal(1, prediction.Scores.Sum(s => s.Score), 1e-5);
        Assert.Equal(prediction.Label, prediction.Scores.MaxBy(s => s.Score).Label);
        Assert.Equal(i % 50 > 30, prediction.Truncated);
        Assert.NotNull(prediction.SourceTimestamp);
    }

    /// <summary>
    /// Document i has 2 + i % 50 tokens before it is cut at the tiny model's 32: [CLS], a subject of one word unless i is even, words of
    /// the body, [SEP].
    /// </summary>
    private static Document DocumentOf(int i)
    {
        int words = i % 50;
        string? subject = i % 2 == 0 || words == 0 ? null : Words[i % Words.Length];
        return new Document($"doc-{i}", subject,
            string.Join(' ', Enumerable.Range(0, words - (subject is null ? 0 : 1)).Select(w => Words[(i + w) % Words.Length])));
    }
}

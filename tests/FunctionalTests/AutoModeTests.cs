using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Schemas;
using Sluice.Worker.Control;
using Sluice.Worker.Pipeline;

namespace FunctionalTests;

/// <summary>A running worker whose lag chooses the mode.</summary>
[Collection(TestClusterTests.Name)]
public sealed class AutoModeTests(TestCluster cluster) : IDisposable
{
    private const int Burst = 40_000, Calm = 100;
    private readonly TestTopics _topics = cluster.CreateTopics();
    private readonly StatedModel _model = new();

    public void Dispose() => _model.Dispose();

    /// <summary>A target that no mode meets while anything waits: the burst saturates the worker.</summary>
    [Fact]
    public async Task A_burst_is_labelled_in_a_cheaper_mode_saturation_is_told_and_afterwards_the_best_labels_again()
    {
        using KafkaProbe probe = new(cluster.BootstrapServers);
        for (int sent = 0; sent < Burst; sent++) Send(probe, sent, _topics.Input);
        probe.Flush();
        await using WorkerHarness worker = await StartAsync(("Control:DrainTarget", "00:00:00.010"), ("Control:Hold", "00:00:00.300"),
            ("Pipeline:MaxDocumentsInFlight", "1000"), ("Pipeline:InferenceCallers", "1"), ("Batching:MaxRows", "1"));
        await worker.Log.WaitForAsync(602, "-> students:2 (drained)");
        for (int sent = Burst; sent < Burst + Calm; sent++)
        {
            Send(probe, sent, _topics.Input);
            if (sent % 10 == 0) probe.Flush();
        }

        probe.Flush();
        List<Prediction> labels = Read(probe, Burst + Calm);
        Assert.Equal(Burst + Calm, labels.Count);
        Assert.Equal(Burst + Calm, labels.Select(label => (label.SourcePartition, label.SourceOffset)).Distinct().Count());
        ControlSnapshot control = worker.Services.GetRequiredService<ControlService>().Snapshot!;
        Assert.InRange(labels.Count(label => label.StudentsUsed == 2), Calm, Burst / 2);
        Assert.Contains(control.Changes, change => change.Reason == ChangeReason.Drained);
        Assert.All(control.Rungs, rung => Assert.True(double.IsFinite(rung.Capacity) && rung.Capacity > 0));
        Assert.Equal(["students:2", "students:1", "swift", "teacher"], control.Rungs.Select(rung => rung.Mode.Name));
        Assert.Contains(worker.Log.Lines, line => line.Id == 603);
        await worker.StopAsync();
        Assert.Equal(Burst + Calm, worker.Progress.Committed);
    }

    /// <summary>In a saturated worker: what may be cheap is, what may not is not.</summary>
    [Fact]
    public async Task Labels_keep_to_the_floors_of_their_topic_and_of_their_header_in_a_burst()
    {
        const int Each = 4000;
        TestTopics strict = cluster.CreateTopics();
        using KafkaProbe probe = new(cluster.BootstrapServers);
        for (int sent = 0; sent < Each; sent++)
        {
            Send(probe, sent, _topics.Input);
            Send(probe, sent, _topics.Input, new Headers { { "floor", "0.975"u8.ToArray() } });
            Send(probe, sent, strict.Input);
        }

        probe.Flush();
        await using WorkerHarness worker = await StartAsync(("Control:DrainTarget", "00:00:00.010"), ("Control:FloorHeader", "floor"),
            ("Kafka:InputTopics:1", strict.Input), ($"Control:TopicFloors:{strict.Input}", "students:2"));
        List<Prediction> labels = Read(probe, 3 * Each);
        Assert.Equal(3 * Each, labels.Count);
        ILookup<bool, Prediction> byTopic = labels.ToLookup(label => label.SourceTopic == strict.Input);
        Assert.All(byTopic[true], label => Assert.Equal(2, label.StudentsUsed));
        // Of the others every second one of a partition has the header.
        Assert.All(byTopic[false].Where(label => label.SourceOffset % 2 == 1), label => Assert.InRange(label.StudentsUsed ?? 0, 1, 2));
        Assert.Contains(byTopic[false], label => label.Mode == PredictionMode.Teacher || label.Exit == "swift");
    }

    [Fact]
    public async Task A_named_mode_stays_in_a_burst()
    {
        using KafkaProbe probe = new(cluster.BootstrapServers);
        for (int sent = 0; sent < 4000; sent++) Send(probe, sent, _topics.Input);
        probe.Flush();
        await using WorkerHarness worker = await StartAsync(("Model:Mode", "students:1"), ("Control:DrainTarget", "00:00:00.010"));
        Assert.All(Read(probe, 4000), label => Assert.Equal(1, label.StudentsUsed));
        Assert.DoesNotContain(worker.Log.Lines, line => line.Id is >= 600 and < 700);
        Assert.True(worker.Services.GetRequiredService<ControlService>().Snapshot!.IsFixed);
    }

    private static void Send(KafkaProbe probe, int number, string topic, Headers? headers = null) => probe.Send(topic, null,
        Encoding.UTF8.GetBytes(string.Join(' ', Enumerable.Repeat("good", 1 + (number % 9)))), headers, partition: number % 4);

    private Task<WorkerHarness> StartAsync(params (string Name, string Value)[] more) => WorkerHarness.StartAsync(
        WorkerHarness.Settings(cluster.BootstrapServers, cluster.RegistryUrl, _topics,
            [("Input:Format", "Text"), ("Model:Path", _model.Folder), .. more]));

    private List<Prediction> Read(KafkaProbe probe, int count) =>
        [.. probe.ReadAll(_topics.Output, count).Select(KafkaProbe.PredictionOf)];
}

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
            ("Pipeline:MaxDocumentsInFlight", "1000"));
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

    private static void Send(KafkaProbe probe, int number, string topic, Headers? headers = null) => probe.Send(topic, null,
        Encoding.UTF8.GetBytes(string.Join(' ', Enumerable.Repeat("good", 1 + (number % 9)))), headers, partition: number % 4);

    private Task<WorkerHarness> StartAsync(params (string Name, string Value)[] more) => WorkerHarness.StartAsync(
        WorkerHarness.Settings(cluster.BootstrapServers, cluster.RegistryUrl, _topics,
            [("Input:Format", "Text"), ("Model:Path", _model.Folder), .. more]));

    private List<Prediction> Read(KafkaProbe probe, int count) =>
        [.. probe.ReadAll(_topics.Output, count).Select(KafkaProbe.PredictionOf)];
}

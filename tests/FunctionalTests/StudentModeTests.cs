using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Inference;
using Sluice.Inference.Batching;
using Sluice.Inference.Modes;
using Sluice.Inference.Students;
using Sluice.Schemas;
using Sluice.Worker.Configuration;
using Sluice.Worker.Pipeline;
using Sluice.Worker.Startup;

namespace FunctionalTests;

/// <summary>A whole worker that labels by students: what its labels, its log and its learned costs say.</summary>
[Collection(TestClusterTests.Name)]
public sealed class StudentModeTests(TestCluster cluster)
{
    private const int Count = 200;
    private readonly TestTopics _topics = cluster.CreateTopics();

    [Theory]
    [InlineData("students:2", 2)]
    [InlineData("students:1", 1)]
    [InlineData("swift", 0)]
    public async Task Labels_say_how_many_students_made_them(string mode, int students)
    {
        await using WorkerHarness worker = await StartAsync(mode);
        Assert.All(LabelSome(), label => Assert.Equal((PredictionMode.Students, students), label));
        await worker.StopAsync();
        Assert.DoesNotContain(worker.Log.Lines, line => line.Id == 500);
    }

    [Fact]
    public async Task A_worker_that_loses_a_student_goes_on_with_the_prefix_says_so_in_each_label_and_once_in_the_log_and_learns_no_costs()
    {
        await using WorkerHarness worker = await StartAsync("students:2");
        ServedModel served = worker.Services.GetRequiredService<WorkerService>().Served!;
        CostModel costs = served.Costs[new CostKey("students:2", Precision.Int8,
            worker.Services.GetRequiredService<PipelineOptions>().InferenceThreads)];
        ((StudentGroupEngine)((EngineSelector)served.Engine)[served.Mode.Snapshot.Mode]).Group.Student(2).Dispose();
        long learned = costs.Current.Batches;
        Assert.True(learned > 0);
        Assert.All(LabelSome(), label => Assert.Equal((PredictionMode.Students, 1), label));
        await worker.StopAsync();
        Assert.Equal(learned, costs.Current.Batches);
        Assert.Contains("Student 2 of 2 did not come through", Assert.Single(worker.Log.Lines, line => line.Id == 500).Text,
            StringComparison.Ordinal);
        Assert.Equal(Count, worker.Progress.Committed);
    }

    private Task<WorkerHarness> StartAsync(string mode) =>
        WorkerHarness.StartAsync(WorkerHarness.Settings(cluster.BootstrapServers, cluster.RegistryUrl, _topics, ("Input:Format", "Text"),
            ("Model:Mode", mode)));

    private List<(PredictionMode Mode, int? Students)> LabelSome()
    {
        using KafkaProbe probe = new(cluster.BootstrapServers);
        for (int i = 0; i < Count; i++)
            probe.Send(_topics.Input, null, Encoding.UTF8.GetBytes(string.Join(' ', Enumerable.Repeat("good", 1 + (i % 9)))));
        probe.Flush();
        List<(PredictionMode,
            int?)> labels = [.. probe.ReadAll(_topics.Output, Count).Select(KafkaProbe.PredictionOf).Select(label =>
                (label.Mode, label.StudentsUsed))];
        Assert.Equal(Count, labels.Count);
        return labels;
    }
}

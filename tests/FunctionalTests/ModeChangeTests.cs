using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Inference.Modes;
using Sluice.Schemas;
using Sluice.Worker.Configuration;
using Sluice.Worker.Control;
using Sluice.Worker.Pipeline;
using Sluice.Worker.Startup;

namespace FunctionalTests;

/// <summary>A running worker whose mode changes between batches.</summary>
[Collection(TestClusterTests.Name)]
public sealed class ModeChangeTests(TestCluster cluster)
{
    private const int Count = 3000, Part = 100;
    private static readonly Mode[] Modes = [Mode.Teacher(Precision.Int8), Mode.Students(1, Precision.Int8),
        Mode.Students(2, Precision.Int8), Mode.Swift(Precision.Int8)];
    private readonly TestTopics _topics = cluster.CreateTopics();

    [Fact]
    public async Task Each_document_is_labelled_once_though_the_mode_changes_all_the_time_and_the_last_mode_labels_what_comes_after_it()
    {
        await using WorkerHarness worker = await StartAsync();
        CurrentMode current = worker.Services.GetRequiredService<WorkerService>().Served!.Mode;
        using KafkaProbe probe = new(cluster.BootstrapServers);
        for (int sent = 0; sent < Count; sent++)
        {
            if (sent % Part == 0)
            {
                probe.Flush();
                current.Set(Modes[sent / Part % Modes.Length]);
            }

            Send(probe, sent);
        }

        probe.Flush();
        List<Prediction> labels = Read(probe, Count);
        Assert.Equal(Count, labels.Select(label => label.SourceOffset).Distinct().Count());
        Assert.Equal(Count, labels.Count);
        Assert.Subset(Modes.Select(Told).ToHashSet(), labels.Select(Told).ToHashSet());
        for (int mode = 0; mode < Modes.Length; mode++)
        {
            int from = Count + (mode * Part);
            current.Set(Modes[mode]);
            for (int sent = from; sent < from + Part; sent++) Send(probe, sent);
            probe.Flush();
            Assert.All(Read(probe, from + Part).Where(label => label.SourceOffset >= from), label =>
                Assert.Equal(Told(Modes[mode]), Told(label)));
        }

        await worker.StopAsync();
        Assert.Equal(Count + (Modes.Length * Part), worker.Progress.Committed);
    }

    [Fact]
    public async Task The_start_tells_of_each_mode_what_memory_it_took_and_a_mode_that_was_not_loaded_is_refused()
    {
        await using WorkerHarness worker = await StartAsync();
        Assert.Equal(["students:2", "swift", "teacher"], worker.Log.Lines.Where(line => line.Id == 118)
            .Select(line => line.Text.Split(' ')[1]).Order(StringComparer.Ordinal)); // one student is part of two
        Assert.Equal(4, worker.Log.Lines.Count(line => line.Id is 108 or 109)); // costs of each
        CurrentMode current = worker.Services.GetRequiredService<WorkerService>().Served!.Mode;
        Assert.StartsWith("teacher (fp32) is not loaded; ",
            Assert.Throws<ArgumentException>(() => current.Set(Mode.Teacher(Precision.Fp32))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fewer_students_of_a_loaded_group_are_refused_where_nobody_has_learned_what_they_cost()
    {
        await using WorkerHarness worker = await StartAsync(Modes[0], Modes[2]);
        ServedModel served = worker.Services.GetRequiredService<WorkerService>().Served!;
        Assert.Equal("students:1 (int8) is not loaded; teacher (int8), students:2 (int8) are.",
            Assert.Throws<ArgumentException>(() => served.Mode.Set(Modes[1])).Message);
        served.Mode.Set(Modes[2]);
        Assert.InRange(served.ModeCosts[Modes[2]].Current.Batches, 1, long.MaxValue);
    }

    private Task<WorkerHarness> StartAsync() => StartAsync(Modes);

    private Task<WorkerHarness> StartAsync(params Mode[] modes) => WorkerHarness.StartAsync(
        WorkerHarness.Settings(cluster.BootstrapServers, cluster.RegistryUrl, _topics, ("Input:Format", "Text")),
        configure: services =>
        {
            foreach (Mode mode in modes) services.GetRequiredService<ModelOptions>().AlsoLoaded.Add(mode);
        });

    private void Send(KafkaProbe probe, int number) => probe.Send(_topics.Input, null,
        Encoding.UTF8.GetBytes(string.Join(' ', Enumerable.Repeat("good", 1 + (number % 9)))), partition: 0);

    private List<Prediction> Read(KafkaProbe probe, int count) => [.. probe.ReadAll(_topics.Output, count).Select(KafkaProbe.PredictionOf)];

    private static (PredictionMode, int?, string?) Told(Prediction label) => (label.Mode, label.StudentsUsed, label.Exit);

    private static (PredictionMode, int?, string?) Told(Mode mode) => mode.Kind switch
    {
        ModeKind.Teacher => (PredictionMode.Teacher, null, null),
        ModeKind.Swift => (PredictionMode.Students, 0, "swift"),
        _ => (PredictionMode.Students, mode.StudentCount, mode.Name),
    };
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using FunctionalTests.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Worker.Delivery;

namespace FunctionalTests;

/// <summary>A worker that holds rejections back, and another that takes some of its partitions, on a real broker.</summary>
public sealed class BrakeRebalanceTests(RealKafka kafka) : IClassFixture<RealKafka>
{
    private const int Partitions = 4, PerPartition = 10, Count = Partitions * PerPartition;

    [Fact]
    public async Task What_is_held_of_a_partition_that_goes_is_held_by_its_new_owner_and_condemned_once()
    {
        TestTopics topics = await kafka.CreateTopicsAsync(Partitions);
        using KafkaProbe probe = new(kafka.BootstrapServers);
        Send(probe, topics, "subject", PerPartition);
        await using WorkerHarness first = await WorkerHarness.StartAsync(Settings(topics, "sumary"));
        await UntilAsync(() => Held(first) == Count);
        await using WorkerHarness second = await WorkerHarness.StartAsync(Settings(topics, "sumary"));
        await UntilAsync(() => Held(second) > 0 && Held(first) + Held(second) == Count && first.Progress.Dropped == Held(second));
        Assert.Empty(probe.ReadAll(topics.DeadLetters, 0));

        Send(probe, topics, "sumary", 1); // one that each of the two can label
        string[] condemned = [.. probe.ReadAll(topics.DeadLetters, Count).Select(dead =>
            $"{PoisonMessageTests.Header(dead, "sluice.source.partition")}:{PoisonMessageTests.Header(dead, "sluice.source.offset")}")];
        Assert.Equal(Partitions, probe.ReadAll(topics.Output, Partitions).Count);
        probe.WaitForCommitted(topics.Group, topics.Input, [.. Enumerable.Repeat(PerPartition + 1L, Partitions)]);
        await first.StopAsync();
        await second.StopAsync();

        Assert.Equal(Count, condemned.Length);
        Assert.Equal(Count, condemned.Distinct().Count());
        Assert.Equal(Count, probe.ReadAll(topics.DeadLetters, Count).Count);
        Assert.Null(first.Failure.First ?? second.Failure.First);
    }

    [Fact]
    public async Task What_a_worker_with_a_mistyped_setting_holds_is_labelled_by_one_with_the_right_one_that_takes_over()
    {
        TestTopics topics = await kafka.CreateTopicsAsync(Partitions);
        using KafkaProbe probe = new(kafka.BootstrapServers);
        Send(probe, topics, "subject", PerPartition);
        await using WorkerHarness first = await WorkerHarness.StartAsync(Settings(topics, "sumary"));
        await UntilAsync(() => Held(first) == Count);
        await using WorkerHarness second = await WorkerHarness.StartAsync(Settings(topics, "subject"));
        await UntilAsync(() => second.Progress.Published is > 0 and < Count
            && second.Progress.Published + Held(first) == Count); // of the partitions that it was given
        await first.StopAsync();

        probe.WaitForCommitted(topics.Group, topics.Input, [.. Enumerable.Repeat((long)PerPartition, Partitions)]);
        await second.StopAsync();
        string?[] labelled = [.. probe.ReadAll(topics.Output, Count).Select(label =>
            JsonDocument.Parse(label.Message.Value).RootElement.GetProperty("document_id").GetString())];
        Assert.Equal((Count, Count), (labelled.Length, labelled.Distinct().Count()));
        Assert.Empty(probe.ReadAll(topics.DeadLetters, 0));
        Assert.Equal(Count, first.Progress.Dropped);
        Assert.Null(first.Failure.First ?? second.Failure.First);
    }

    /// <summary>Sends documents to each partition; the text is in a field of this name.</summary>
    private static void Send(KafkaProbe probe, TestTopics topics, string field, int perPartition)
    {
        for (int partition = 0; partition < Partitions; partition++)
        {
            for (int i = 0; i < perPartition; i++)
            {
                string json = string.Create(CultureInfo.InvariantCulture,
                    $$"""{"id":"{{field}}-{{partition}}-{{i}}","{{field}}":"good","body":"film"}""");
                probe.Send(topics.Input, null, Encoding.UTF8.GetBytes(json), partition: partition);
            }
        }

        probe.Flush();
    }

    private Dictionary<string, string?> Settings(TestTopics topics, string field) => WorkerHarness.Settings(kafka.BootstrapServers,
        new Uri("http://127.0.0.1:1/"), topics, ("Input:Format", "Json"), ("Output:Format", "Json"), ("Input:TextFields:0", field));

    private static int Held(WorkerHarness worker) => worker.Services.GetRequiredService<RejectionBrake>().Held;

    private static async Task UntilAsync(Func<bool> isReached)
    {
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(60));
        using PeriodicTimer pace = new(TimeSpan.FromMilliseconds(5));
        while (!isReached()) await pace.WaitForNextTickAsync(late.Token);
    }
}

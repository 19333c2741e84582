using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sluice.Schemas;
using Sluice.Worker;
using Sluice.Worker.Delivery;
using Sluice.Worker.Monitoring;

namespace FunctionalTests;

/// <summary>The brake on mass rejections, over a whole worker.</summary>
[Collection(TestClusterTests.Name)]
public sealed class BrakeTests(TestCluster cluster)
{
    private readonly TestTopics _topics = cluster.CreateTopics(partitions: 3);

    [Theory]
    [InlineData("Avro", "schema-mismatch")]
    [InlineData("Json", "missing-text")]
    public async Task One_mistyped_field_name_condemns_no_document_and_a_start_with_the_right_one_labels_all(string format, string reason)
    {
        const int Count = 801;
        using KafkaProbe probe = await SendAsync(Count, format);
        RecordedLog log = new();
        (int code, string said) = await RunAsync(Settings(("Input:Format", format), ("Input:TextFields:0", "sumary")), log);
        Assert.Equal(ExitCodes.TooManyRejections, code);
        Assert.Contains($"200 of the last 200 documents were rejected for one reason, {reason}, and none was labelled since the start.\n"
            + $"  The setting that is likely wrong: Sluice:Input:TextFields is 'sumary', 'body'.\n  The first of them was {_topics.Input}[",
            said, StringComparison.Ordinal);
        Assert.Single(log.Lines, line => line.Id == 418);
        Assert.DoesNotContain(log.Lines, line => line.Id == 105); // no step failed
        Assert.Single(log.Lines, line => line.Id == 412);
        Assert.Contains(log.Lines, line => line.Id == 410);
        Assert.DoesNotContain(log.Lines, line => line.Id is 300 or 305);
        NothingIsDone(probe);

        await using WorkerHarness next = await WorkerHarness.StartAsync(Settings(("Input:Format", format)));
        Assert.Equal(Count, probe.ReadAll(_topics.Output, Count).Count);
        await next.StopAsync();
        Assert.Empty(probe.ReadAll(_topics.DeadLetters, 0));
        Assert.Equal(probe.HighWatermarks(_topics.Input, 3), probe.Committed(_topics.Group, _topics.Input, 3));
    }

    /// <summary>The reason is that of an unknown id, and yet the registry is the right one.</summary>
    [Theory]
    [InlineData("""{"schemaType":"JSON","schema":"{}"}""", "The setting that is likely wrong: Sluice:Input:Format is Avro.\n  The first",
        "What to do: set Sluice:Input:Format to Json, which reads documents of JSON Schema.\n  10 are held")]
    [InlineData("""{"schemaType":"PROTOBUF","schema":"message M {}"}""", "No setting seems wrong.\n  The first",
        "What to do: have the documents written as Avro, JSON or text.\n  10 are held")]
    public async Task Documents_of_another_kind_of_schema_blame_no_registry(string answer, string setting, string wayOut)
    {
        await using SwitchedRegistry registry = await SwitchedRegistry.StartAsync(cluster.RegistryUrl);
        registry.Instead = path => path == "/schemas/ids/4711" ? (200, answer) : null;
        using KafkaProbe probe = new(cluster.BootstrapServers);
        for (int i = 0; i < 10; i++) probe.Send(_topics.Input, [(byte)i], [0, 0, 0, 0x12, 0x67, (byte)'{', (byte)'}']);
        probe.Flush();
        (int code, string said) = await RunAsync(
            Settings(("Registry:Url", registry.Url.ToString()), ("DeadLetter:BrakeWindow", "10")), new RecordedLog());
        Assert.Equal(ExitCodes.TooManyRejections, code);
        Assert.Contains("for one reason, unknown-schema, and", said, StringComparison.Ordinal);
        Assert.Contains(setting, said, StringComparison.Ordinal);
        Assert.Contains(wayOut, said, StringComparison.Ordinal);
        NothingIsDone(probe);
    }

    /// <summary>As a topic of labels does that takes no such keys.</summary>
    [Fact]
    public async Task A_topic_that_refuses_every_label_is_blamed_for_it()
    {
        using KafkaProbe probe = new(cluster.BootstrapServers);
        for (int i = 0; i < 10; i++) probe.Send(_topics.Input, new byte[30_000], "good film"u8.ToArray());
        probe.Flush();
        (int code, string said) = await RunAsync(Settings(("Input:Format", "Text"), ("Kafka:Producer:message.max.bytes", "10000"),
            ("DeadLetter:BrakeWindow", "10")), new RecordedLog());
        Assert.Equal(ExitCodes.TooManyRejections, code);
        Assert.Contains("label-too-large, and none was labelled since the start.\n  The setting that is likely wrong: "
            + $"Sluice:Kafka:OutputTopic is '{_topics.Output}'.", said, StringComparison.Ordinal);
        NothingIsDone(probe);
    }

    [Fact]
    public async Task Fewer_than_a_window_become_dead_letter_records_a_minute_after_the_last_record()
    {
        const int Count = 50;
        using KafkaProbe probe = await SendAsync(Count, "Json");
        ShiftedTime time = new();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(
            Settings(("Input:Format", "Json"), ("Input:TextFields:0", "sumary"), ("Metrics:Port", FreePort.Find())),
            parts: services => services.AddSingleton<TimeProvider>(time));
        await AreHeldAsync(worker, Count);
        WorkerHealth health = worker.Services.GetRequiredService<WorkerHealth>();
        await UntilAsync(() => health.Standstill.NothingFinished > TimeSpan.FromSeconds(3));
        Assert.Empty(health.Standstill.Partitions); // nobody is to end a worker that holds them on purpose
        NothingIsDone(probe);
        time.Advance(HeldRejections.Longest);
        Assert.Equal(Count, probe.ReadAll(_topics.DeadLetters, Count).Count);
        await worker.StopAsync();
        Assert.Null(worker.Failure.First);
        Assert.Single(worker.Log.Lines, line => line.Id == 414);
        Assert.Contains(worker.Log.Lines, line => line.Id == 103);
        Assert.Equal(probe.HighWatermarks(_topics.Input, 3), probe.Committed(_topics.Group, _topics.Input, 3));
    }

    [Fact]
    public async Task One_label_among_many_rejections_lets_all_go_at_once()
    {
        const int Count = 151; // fewer than are judged by, whichever partition is read first
        using KafkaProbe probe = await SendAsync(Count, "Json", number => number == 3 ? "summary" : "other");
        await using WorkerHarness worker = await WorkerHarness.StartAsync(
            Settings(("Input:Format", "Json"), ("Input:TextFields:0", "summary")));
        Assert.Single(probe.ReadAll(_topics.Output, 1));
        Assert.Equal(Count - 1, probe.ReadAll(_topics.DeadLetters, Count - 1).Count); // it waits for less than the brake would hold them
        await worker.StopAsync();
        Assert.Null(worker.Failure.First);
        Assert.DoesNotContain(worker.Log.Lines, line => line.Id == 414);
        Assert.Equal(probe.HighWatermarks(_topics.Input, 3), probe.Committed(_topics.Group, _topics.Input, 3));
    }

    /// <summary>The drain, which has ten minutes here, does not wait for them.</summary>
    [Fact]
    public async Task A_stop_leaves_what_is_held_unsent_and_uncommitted_and_says_so()
    {
        const int Count = 30;
        using KafkaProbe probe = await SendAsync(Count, "Json");
        await using (WorkerHarness worker = await WorkerHarness.StartAsync(Settings(("Input:Format", "Json"),
            ("Input:TextFields:0", "sumary"), ("Pipeline:DrainTimeout", "00:10:00"))))
        {
            await AreHeldAsync(worker, Count);
            await worker.StopAsync().WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Null(worker.Failure.First);
            Assert.Equal([412, 415, 416],
                worker.Log.Lines.Select(line => line.Id).Where(id => id is 103 or 104 or 106 or (> 410 and < 420)));
            Assert.Equal(Count, worker.Progress.Dropped);
        }

        NothingIsDone(probe);
        await using WorkerHarness next = await WorkerHarness.StartAsync(Settings(("Input:Format", "Json")));
        Assert.Equal(Count, probe.ReadAll(_topics.Output, Count).Count);
    }

    [Fact]
    public async Task Without_the_brake_every_rejected_document_becomes_a_dead_letter_record_at_once()
    {
        const int Count = 300;
        using KafkaProbe probe = await SendAsync(Count, "Json");
        await using WorkerHarness worker = await WorkerHarness.StartAsync(
            Settings(("Input:Format", "Json"), ("Input:TextFields:0", "sumary"), ("DeadLetter:Brake", "false")));
        Assert.Equal(Count, probe.ReadAll(_topics.DeadLetters, Count).Count);
        await worker.StopAsync();
        Assert.Contains(worker.Log.Lines, line => line.Id == 411);
        Assert.Equal(probe.HighWatermarks(_topics.Input, 3), probe.Committed(_topics.Group, _topics.Input, 3));
    }

    private void NothingIsDone(KafkaProbe probe)
    {
        Assert.Empty(probe.ReadAll(_topics.DeadLetters, 0));
        Assert.Empty(probe.ReadAll(_topics.Output, 0));
        Assert.DoesNotContain(probe.Committed(_topics.Group, _topics.Input, 3), place => place.Value > 0); // beyond where reading began
    }

    private static async Task AreHeldAsync(WorkerHarness worker, int count)
    {
        RejectionBrake brake = worker.Services.GetRequiredService<RejectionBrake>();
        await UntilAsync(() => brake.Held == count);
    }

    private static async Task UntilAsync(Func<bool> isReached)
    {
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(60));
        using PeriodicTimer pace = new(TimeSpan.FromMilliseconds(5));
        while (!isReached()) await pace.WaitForNextTickAsync(late.Token);
    }

    /// <summary>Runs it as a program does, until it ends.</summary>
    private static async Task<(int Code, string Said)> RunAsync(Dictionary<string, string?> settings, RecordedLog log)
    {
        using StringWriter errors = new();
        int code = await WorkerProgram.RunAsync(() => WorkerHost.Create(settings, logging => logging.AddProvider(log)),
            new LastLine(errors, isJson: false), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
        return (code, errors.ToString());
    }

    private async Task<KafkaProbe> SendAsync(int count, string format, Func<int, string>? field = null)
    {
        int schema = format == "Avro" ? await WorkerHarness.RegisterAsync(cluster.RegistryUrl, _topics.Input) : 0;
        KafkaProbe probe = new(cluster.BootstrapServers);
        for (int i = 0; i < count; i++)
            probe.Send(_topics.Input, Encoding.UTF8.GetBytes($"k{i}"), format == "Avro"
                ? KafkaProbe.Framed(schema, new Document($"d{i}", "good", "film"))
                : Encoding.UTF8.GetBytes($$"""{"id":{{i}},"{{field?.Invoke(i) ?? "subject"}}":"good","body":"film"}"""));
        probe.Flush();
        return probe;
    }

    private Dictionary<string, string?> Settings(params (string, string)[] more)
    {
        Dictionary<string, string?> settings = WorkerHarness.Settings(cluster.BootstrapServers, cluster.RegistryUrl, _topics, more);
        settings["Kafka:Consumer:session.timeout.ms"] = "3000"; // so long the embedded broker waits for a member that has left
        return settings;
    }
}

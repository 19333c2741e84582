using System.Text;
using Confluent.Kafka;
using FunctionalTests.Kafka;
using Sluice.Cli.Embedded;
using Sluice.Worker;

namespace FunctionalTests.Commands;

/// <summary><c>./sluice dlq</c> on a real Kafka: the embedded one shows no offsets that were sent in a transaction.</summary>
public sealed class DlqCommandTests(RealKafka kafka) : IClassFixture<RealKafka>, IAsyncLifetime
{
    private const int Partitions = 2;
    private readonly EmbeddedRegistry _registry = new();
    private Uri _registryUrl = null!;

    public async ValueTask InitializeAsync() => _registryUrl = await _registry.StartAsync();

    public ValueTask DisposeAsync() => _registry.DisposeAsync();

    [Fact]
    public async Task What_was_rejected_is_listed_shown_sent_back_mended_and_labelled_once()
    {
        const int Count = 20;
        TestTopics topics = await kafka.CreateTopicsAsync(Partitions);
        using KafkaProbe probe = new(kafka.BootstrapServers);
        for (int i = 0; i < Count; i++)
            probe.Send(topics.Input, Encoding.UTF8.GetBytes($"k{i}"), """{"subject":"good","body":"film"}"""u8.ToArray(),
                new() { { "trace", Encoding.UTF8.GetBytes($"t{i}") } }, i % 7 % Partitions); // by no rule of a key
        probe.Flush();
        await using (WorkerHarness wrong = await WorkerHarness.StartAsync(Settings(topics, ("Input:TextFields:0", "sumary"))))
        {
            probe.ReadAll(topics.DeadLetters, Count);
            await wrong.StopAsync();
        }

        (_, string list, _) =
            await DlqAsync("list", topics.DeadLetters, "--reason", "missing-text", "--source", topics.Input, "--since", "1h");
        Assert.Contains($"20 records in {topics.DeadLetters}\nby reason\n        20  missing-text\nfrom\n        20  {topics.Input}\n",
            list, StringComparison.Ordinal);
        Assert.Equal(Count, list.Split('\n').Count(line => line.Contains("there is no field", StringComparison.Ordinal)
            || line.Contains("'sumary'", StringComparison.Ordinal)));
        string place = list.Split('\n')[1].Split(' ')[0];
        (_, string sheet, _) = await DlqAsync("show", $"{topics.DeadLetters}:{place}");
        Assert.Contains("""  {"subject":"good","body":"film"}""", sheet, StringComparison.Ordinal);
        Assert.Contains("  trace: t", sheet, StringComparison.Ordinal);

        Dictionary<int, long> before = probe.HighWatermarks(topics.Input, Partitions);
        (int dryCode, string dry, _) = await DlqAsync("replay", topics.DeadLetters, "--dry-run");
        Assert.Equal((0, Count), (dryCode, dry.Split('\n').Count(line => line.StartsWith("would ", StringComparison.Ordinal))));
        Assert.Equal(before, probe.HighWatermarks(topics.Input, Partitions));
        Assert.Empty(probe.Committed("sluice-replay", topics.DeadLetters, Partitions));

        (int code, string told, string errors) = await DlqAsync("replay", topics.DeadLetters);
        Assert.Equal((0, ""), (code, errors));
        Assert.StartsWith("20 sent back\n", told, StringComparison.Ordinal);
        (_, string again, _) = await DlqAsync("replay", topics.DeadLetters);
        Assert.StartsWith("0 sent back\n20 passed", again, StringComparison.Ordinal);

        List<ConsumeResult<byte[]?, byte[]?>> sent =
            [.. probe.ReadAll(topics.Input, 2 * Count).Where(record => record.Offset >= before[record.Partition])];
        Assert.Equal(Count, sent.Count);
        Assert.All(sent, record =>
        {
            int number = int.Parse(Encoding.UTF8.GetString(record.Message.Key!)[1..], null);
            Assert.Equal(number % 7 % Partitions, record.Partition.Value);
            Assert.Equal(["trace", "sluice.replay.from", "sluice.replay.count"], record.Message.Headers.Select(header => header.Key));
            Assert.Equal(($"t{number}", "1"),
                (PoisonMessageTests.Header(record, "trace"), PoisonMessageTests.Header(record, "sluice.replay.count")));
            Assert.StartsWith(topics.DeadLetters + ":", PoisonMessageTests.Header(record, "sluice.replay.from"), StringComparison.Ordinal);
        });

        await using WorkerHarness right = await WorkerHarness.StartAsync(Settings(topics));
        List<ConsumeResult<byte[]?, byte[]?>> labels = probe.ReadAll(topics.Output, Count);
        await right.StopAsync();
        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"k{i}").Order(),
            labels.Select(label => Encoding.UTF8.GetString(label.Message.Key!)).Order());
        Assert.All(labels, label => Assert.Equal("1", PoisonMessageTests.Header(label, "sluice.replay.count")));
        Assert.Equal(Count, probe.ReadAll(topics.DeadLetters, Count).Count);
    }

    [Fact]
    public async Task A_replay_that_is_killed_is_gone_on_with_and_sends_each_record_once()
    {
        const int Count = 50_000;
        TestTopics topics = await kafka.CreateTopicsAsync(Partitions);
        using KafkaProbe probe = new(kafka.BootstrapServers);
        for (int i = 0; i < Count; i++) SendDeadLetter(probe, topics, i);
        probe.Flush();
        using (SluiceProcess.Running first = SluiceProcess.Start(Replay(topics, "--max", "1000000")))
        {
            while (probe.HighWatermarks(topics.Input, Partitions).Values.Sum() == 0) Assert.False(first.HasExited, "it was done too soon");
            first.Kill();
        }

        int sent = probe.ReadAll(topics.Input, 0).Count;
        Assert.InRange(sent, 0, Count - 1); // else it was not cut off
        Assert.Equal(0, (await DlqAsync("replay", topics.DeadLetters, "--max", "2000")).ExitCode);
        Assert.Equal(sent + 2000, probe.ReadAll(topics.Input, sent + 2000).Count);
        Assert.Equal(0, (await DlqAsync("replay", topics.DeadLetters, "--max", "1000000")).ExitCode);
        List<ConsumeResult<byte[]?, byte[]?>> all = probe.ReadAll(topics.Input, Count);
        Assert.Equal((Count, Count), (all.Count, all.Select(record => Encoding.UTF8.GetString(record.Message.Key!)).Distinct().Count()));
    }

    [Fact]
    public async Task Of_two_replays_at_once_the_second_goes_on_and_one_that_is_interrupted_ends_between_transactions()
    {
        const int Count = 50_000;
        TestTopics topics = await kafka.CreateTopicsAsync(Partitions);
        using KafkaProbe probe = new(kafka.BootstrapServers);
        for (int i = 0; i < Count; i++) SendDeadLetter(probe, topics, i);
        probe.Flush();
        using SluiceProcess.Running first = SluiceProcess.Start(Replay(topics, "--max", "1000000"));
        await WaitForAsync(1);
        first.Signal(Signals.Stop); // so that it is in the middle of its work when the second begins
        using SluiceProcess.Running second = SluiceProcess.Start(Replay(topics, "--max", "1000000", "--reason", "missing-text"));
        await WaitForAsync(probe.HighWatermarks(topics.Input, Partitions).Values.Sum() + 1);
        first.Signal(Signals.Cont);
        second.Signal(Signals.Term);
        (int code, string output, string errors) = await first.EndAsync();
        Assert.Equal((ExitCodes.CannotStart, $"Another replay of group 'sluice-replay' has begun, and goes on in the place of this one. "
            + "What this one had committed stays.\n"), (code, errors));
        Assert.Contains(" sent back\n", output, StringComparison.Ordinal);
        (code, output, _) = await second.EndAsync();
        Assert.Equal(ExitCodes.Interrupted, code);
        Assert.Contains(" sent back\n", output, StringComparison.Ordinal);
        Assert.Equal(0, (await DlqAsync("replay", topics.DeadLetters, "--max", "1000000")).ExitCode);
        List<ConsumeResult<byte[]?, byte[]?>> all = probe.ReadAll(topics.Input, Count);
        Assert.Equal((Count, Count), (all.Count, all.Select(record => Encoding.UTF8.GetString(record.Message.Key!)).Distinct().Count()));

        async Task WaitForAsync(long written)
        {
            while (probe.HighWatermarks(topics.Input, Partitions).Values.Sum() < written) await Task.Yield();
        }
    }

    [Fact]
    public async Task One_reason_after_another_and_then_all_send_each_record_once()
    {
        TestTopics topics = await kafka.CreateTopicsAsync(Partitions);
        using KafkaProbe probe = new(kafka.BootstrapServers);
        string[] reasons = ["missing-text", "null-text", "wire-format"];
        for (int i = 0; i < 30; i++) SendDeadLetter(probe, topics, i, reasons[i % 3]);
        probe.Flush();
        await AssertSaysAsync("10 sent back\n", "--reason", "null-text");
        await AssertSaysAsync("10 sent back\n", "--reason", "missing-text");
        await AssertSaysAsync("4 sent back; more", "--source", topics.Input, "--max", "4");
        await AssertSaysAsync("6 sent back\n");
        await AssertSaysAsync("0 sent back\n", "--reason", "wire-format");
        List<ConsumeResult<byte[]?, byte[]?>> all = probe.ReadAll(topics.Input, 30);
        Assert.Equal((30, 30), (all.Count, all.Select(record => Encoding.UTF8.GetString(record.Message.Key!)).Distinct().Count()));

        async Task AssertSaysAsync(string begin, params string[] filter) => Assert.StartsWith(begin,
            (await DlqAsync("replay", topics.DeadLetters, filter)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_that_goes_round_is_left_after_as_many_times_as_are_allowed()
    {
        TestTopics topics = await kafka.CreateTopicsAsync(partitions: 1);
        using KafkaProbe probe = new(kafka.BootstrapServers);
        probe.Send(topics.Input, "k"u8.ToArray(), [0xC3, 0x28]);
        probe.Flush();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(Settings(topics, ("Input:Format", "Text")));
        for (int round = 1; round <= 3; round++)
        {
            Assert.Equal(round, probe.ReadAll(topics.DeadLetters, round).Count);
            Assert.Equal(0, (await DlqAsync("replay", topics.DeadLetters)).ExitCode);
        }

        probe.ReadAll(topics.DeadLetters, 4);
        (int code, string told, _) = await DlqAsync("replay", topics.DeadLetters);
        Assert.Equal(ExitCodes.Failed, code);
        Assert.StartsWith($"stays  0:3 invalid-utf8 of {topics.Input}:0:", told, StringComparison.Ordinal);
        Assert.Contains("it was sent back 3 times already, and --max-replays is 3\n0 sent back\n1 cannot be sent back", told,
            StringComparison.Ordinal);
        await worker.StopAsync();
        Assert.Equal(4, probe.ReadAll(topics.Input, 4).Count(record => record.Message.Value is { Length: 2 }));
    }

    [Fact]
    public async Task A_record_that_its_topic_does_not_take_stays_and_takes_no_other_with_it()
    {
        TestTopics topics = await kafka.CreateTopicsAsync(partitions: 1);
        await kafka.SetAsync(topics.Input, ("max.message.bytes", "20000"));
        using KafkaProbe probe = new(kafka.BootstrapServers);
        for (int i = 0; i < 9; i++) SendDeadLetter(probe, topics, i, value: new byte[i == 4 ? 30_000 : 5_000]);
        probe.Flush();
        (int code, string told, string errors) = await DlqAsync("replay", topics.DeadLetters);
        Assert.Equal((ExitCodes.Failed, ""), (code, errors));
        Assert.StartsWith($"stays  0:4 missing-text of {topics.Input}:0:4: topic '{topics.Input}' does not take it: ", told,
            StringComparison.Ordinal);
        Assert.Contains("\n8 sent back\n1 cannot be sent back", told, StringComparison.Ordinal);
        Assert.Equal(["k0", "k1", "k2", "k3", "k5", "k6", "k7", "k8"],
            probe.ReadAll(topics.Input, 8).Select(record => Encoding.UTF8.GetString(record.Message.Key!)));
        Assert.StartsWith("0 sent back\n", (await DlqAsync("replay", topics.DeadLetters)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_that_is_not_there_is_named_and_not_made()
    {
        foreach (string command in (string[])["list", "replay"])
        {
            (int code, _, string error) = await DlqAsync(command, "no-such-topic");
            Assert.Equal(ExitCodes.CannotStart, code);
            Assert.StartsWith("There is no topic 'no-such-topic' on ", error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Records_of_others_go_back_where_their_headers_say_and_the_rest_is_told()
    {
        TestTopics topics = await kafka.CreateTopicsAsync(Partitions);
        using KafkaProbe probe = new(kafka.BootstrapServers);
        byte[] name = Encoding.UTF8.GetBytes(topics.Input);
        probe.Send(topics.DeadLetters, "spring"u8.ToArray(), "v"u8.ToArray(), new() { { "own", "o"u8.ToArray() },
            { "kafka_dlt-original-topic", name }, { "kafka_dlt-original-partition", [0, 0, 0, 1] },
            { "kafka_dlt-original-offset", [0, 0, 0, 0, 0, 0, 0, 9] }, { "kafka_dlt-exception-fqcn", "a.b.C"u8.ToArray() } }, partition: 0);
        probe.Send(topics.DeadLetters, "connect"u8.ToArray(), "v"u8.ToArray(), new() { { "__connect.errors.topic", name },
            { "__connect.errors.partition", "0"u8.ToArray() } }, partition: 0);
        probe.Send(topics.DeadLetters, "nobody"u8.ToArray(), "v"u8.ToArray(), partition: 0);
        probe.Flush();
        (int code, string told, _) = await DlqAsync("replay", topics.DeadLetters);
        Assert.Equal(ExitCodes.Failed, code);
        Assert.StartsWith("stays  0:2 unknown of ?: its headers name no topic that it came from; give --to TOPIC\n2 sent back\n", told,
            StringComparison.Ordinal);
        List<ConsumeResult<byte[]?, byte[]?>> all = probe.ReadAll(topics.Input, 2);
        Assert.Equal([("connect", 0), ("spring", 1)],
            all.Select(record => (Encoding.UTF8.GetString(record.Message.Key!), record.Partition.Value)).Order());
        Assert.Equal(["own", "sluice.replay.from", "sluice.replay.count"],
            all.Single(record => record.Partition.Value == 1).Message.Headers.Select(header => header.Key));
    }

    [Fact]
    public async Task What_may_have_been_sent_by_a_group_that_brokers_have_forgotten_is_not_sent_unasked()
    {
        TestTopics topics = await kafka.CreateTopicsAsync(partitions: 1);
        using KafkaProbe probe = new(kafka.BootstrapServers);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        for (int i = 0; i < 4; i++) SendDeadLetter(probe, topics, i, written: now.AddDays(i < 3 ? -8 : -1));
        probe.Flush();
        (int code, string output, string errors) = await DlqAsync("replay", topics.DeadLetters);
        Assert.Equal((ExitCodes.Failed, ""), (code, output));
        Assert.StartsWith($"Topic '{topics.DeadLetters}' has 3 records older than 7 days that group 'sluice-replay' has not passed.",
            errors, StringComparison.Ordinal);
        Assert.Empty(probe.ReadAll(topics.Input, 0));
        Assert.StartsWith("1 sent back\n3 older than --since; they count as passed\n",
            (await DlqAsync("replay", topics.DeadLetters, "--since", "7d")).Output, StringComparison.Ordinal);
        SendDeadLetter(probe, topics, 4, written: now);
        probe.Flush();
        Assert.StartsWith("1 sent back\n", (await DlqAsync("replay", topics.DeadLetters)).Output, StringComparison.Ordinal);
        (_, output, _) = await DlqAsync("replay", topics.DeadLetters, "--since", "1970-01-01", "--group", "other");
        Assert.StartsWith("5 sent back\n", output, StringComparison.Ordinal);
    }

    private static void SendDeadLetter(KafkaProbe probe, TestTopics topics, int number, string reason = "missing-text",
        byte[]? value = null, DateTimeOffset? written = null)
    {
        Headers headers = new()
        {
            { "sluice.error.reason", Encoding.UTF8.GetBytes(reason) },
            { "sluice.source.topic", Encoding.UTF8.GetBytes(topics.Input) },
            { "sluice.source.partition", "0"u8.ToArray() },
            { "sluice.source.offset", Encoding.UTF8.GetBytes($"{number}") },
        };
        probe.Send(topics.DeadLetters, Encoding.UTF8.GetBytes($"k{number}"), value ?? "v"u8.ToArray(), headers,
            written: written is { } time ? new Timestamp(time) : default);
    }

    private string[] Replay(TestTopics topics, params string[] more) =>
        ["dlq", "replay", topics.DeadLetters, "--cluster", kafka.BootstrapServers, .. more];

    private Task<(int ExitCode, string Output, string Error)> DlqAsync(string command, string topic, params string[] more) =>
        SluiceProcess.RunAsync(default, ["dlq", command, topic, "--cluster", kafka.BootstrapServers, .. more]);

    private Dictionary<string, string?> Settings(TestTopics topics, params (string, string)[] more) => WorkerHarness.Settings(
        kafka.BootstrapServers, _registryUrl, topics, [("Input:Format", "Json"), ("DeadLetter:Brake", "false"), .. more]);
}

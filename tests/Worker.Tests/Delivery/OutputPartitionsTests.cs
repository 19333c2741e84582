using Confluent.Kafka;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Time.Testing;
using Sluice.Worker.Delivery;
using Sluice.Worker.Documents;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;

namespace Worker.Tests.Delivery;

public sealed class OutputPartitionsTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly Lines<OutputPartitions> _lines = new();
    private readonly Dictionary<string, int?> _counts = new() { ["mails"] = 6, ["chats"] = 4, ["labels"] = 6, ["dead"] = 4 };
    private readonly List<string> _asked = [];
    private readonly SemaphoreSlim _labelsAsked = new(0);
    private bool _isDown;

    [Fact]
    public void The_number_is_the_documents_where_the_topics_have_as_many_and_the_keys_elsewhere_for_each_pair()
    {
        OutputPartitions partitions = Create();
        Assert.Equal((5, (int?)null), (partitions.Of(new("mails", 5), "labels"), partitions.Of(new("mails", 5), "dead")));
        Assert.Equal(((int?)null, 3), (partitions.Of(new("chats", 3), "labels"), partitions.Of(new("chats", 3), "dead")));
    }

    [Fact]
    public void Asked_for_the_key_it_asks_nobody()
    {
        OutputPartitions partitions = Create(OutputPartition.Key);
        partitions.Learn(["mails", "labels"]);
        Assert.Null(partitions.Of(new("mails", 5), "labels"));
        Assert.Empty(_asked);
    }

    [Fact]
    public void What_is_known_is_not_asked_for_again_by_a_record()
    {
        OutputPartitions partitions = Create();
        partitions.Learn(["mails", "labels", "dead"]);
        for (int i = 0; i < 6; i++) partitions.Of(new("mails", i), "labels");
        Assert.Equal(["mails", "labels", "dead"], _asked);
    }

    [Fact]
    public void Each_pair_is_told_once_and_again_when_it_changes()
    {
        OutputPartitions partitions = Create();
        partitions.Learn(["mails", "labels", "dead"]);
        Assert.Equal(["both topics have 6 partitions", "numbers of partitions differ"], _lines.Take().Select(End));
        partitions.Learn([]);
        Assert.Empty(_lines.Seen);
        _counts["labels"] = 12;
        partitions.Learn([]);
        Assert.Contains("'mails' (6 partitions) goes to the partition of 'labels' (12)", Assert.Single(_lines.Take()),
            StringComparison.Ordinal);
        Assert.Null(partitions.Of(new("mails", 5), "labels"));

        static string End(string line) => line[(line.LastIndexOf(':') + 2)..].Replace("their ", "", StringComparison.Ordinal);
    }

    [Fact]
    public void A_partition_that_is_new_has_all_topics_asked_at_once_so_that_those_that_grew_together_agree()
    {
        OutputPartitions partitions = Create();
        partitions.Learn(["mails", "labels", "dead"]);
        (_counts["mails"], _counts["labels"]) = (12, 12);
        Assert.Equal(11, partitions.Of(new("mails", 11), "labels"));
        Assert.Equal(2, partitions.Of(new("mails", 2), "labels"));
    }

    [Fact]
    public void A_partition_that_nobody_knows_is_asked_for_once_a_second_and_goes_by_the_key()
    {
        OutputPartitions partitions = Create();
        partitions.Learn(["mails", "labels"]);
        _asked.Clear();
        for (int i = 0; i < 100; i++) Assert.Null(partitions.Of(new("mails", 6), "labels"));
        Assert.Equal(["mails", "labels"], _asked);
        _time.Advance(TimeSpan.FromSeconds(1));
        for (int i = 0; i < 100; i++) Assert.Null(partitions.Of(new("mails", 6), "labels"));
        Assert.Equal(["mails", "labels", "mails", "labels"], _asked);
    }

    [Fact]
    public async Task A_topic_that_grows_is_noticed_within_a_period()
    {
        OutputPartitions partitions = Create();
        partitions.Learn(["mails", "labels"]);
        using CancellationTokenSource stop = new();
        Task running = partitions.RunAsync(stop.Token);
        _counts["labels"] = 12;
        for (int looks = 0; looks < 2; looks++) // with the second one the first is done
        {
            await _labelsAsked.WaitAsync(TestContext.Current.CancellationToken);
            _time.Advance(OutputPartitions.Period);
        }

        await _labelsAsked.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Null(partitions.Of(new("mails", 5), "labels"));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public void Without_an_answer_what_was_known_holds_and_what_was_not_goes_by_the_key()
    {
        OutputPartitions partitions = Create();
        partitions.Learn(["mails", "labels"]);
        _isDown = true;
        partitions.Learn([]);
        Assert.Equal(5, partitions.Of(new("mails", 5), "labels"));
        Assert.Null(partitions.Of(new("chats", 1), "labels"));
        _isDown = false;
        _counts["chats"] = 6;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, partitions.Of(new("chats", 1), "labels"));
    }

    [Fact]
    public void A_topic_that_is_made_anew_with_fewer_partitions_gets_none_that_it_has_not()
    {
        OutputPartitions partitions = Create();
        partitions.Learn(["mails", "labels"]);
        _counts["labels"] = 4;
        partitions.Learn([]);
        for (int i = 0; i < 6; i++) Assert.Null(partitions.Of(new("mails", i), "labels"));
    }

    [Fact]
    public void It_is_always_the_documents_number_or_the_keys_and_one_that_its_topic_was_last_known_to_have() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => Replay(new Random(seed)))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Whoever_chose_a_partitioner_keeps_it_unless_they_ask_for_the_documents_number()
    {
        KafkaOptions plain = new(), chosen = new() { Producer = { ["partitioner"] = "consistent_random" } };
        Assert.Equal(OutputPartition.Source, new OutputOptions().WithDefaults(plain).Partition);
        Assert.Equal(OutputPartition.Key, new OutputOptions().WithDefaults(chosen).Partition);
        Assert.Equal(OutputPartition.Source, new OutputOptions { Partition = OutputPartition.Source }.WithDefaults(chosen).Partition);
    }

    public void Dispose() => _labelsAsked.Dispose();

    private void Replay(Random random)
    {
        OutputPartitions partitions = Create();
        for (int step = 0; step < 50; step++)
        {
            (_counts["mails"], _counts["labels"]) = (random.Next(5), random.Next(5));
            partitions.Learn(["mails", "labels"]);
            (int from, int to, int source) = (_counts["mails"]!.Value, _counts["labels"]!.Value, random.Next(6));
            Assert.Equal(from == to && source < to ? source : null, partitions.Of(new SourcePartition("mails", source), "labels"));
        }
    }

    private OutputPartitions Create(OutputPartition? partition = null)
    {
        OutputOptions output = new() { Partition = partition };
        return new OutputPartitions(output, new KafkaOptions { OutputTopic = "labels", DeadLetterTopic = "dead" }, Ask, _time, _lines);

        int? Ask(string topic, TimeSpan timeout)
        {
            _asked.Add(topic);
            if (topic == "labels") _labelsAsked.Release();
            return _isDown ? throw new KafkaException(ErrorCode.Local_TimedOut) : _counts[topic];
        }
    }
}

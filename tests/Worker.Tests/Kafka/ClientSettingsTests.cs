using Sluice.Worker.Kafka;

namespace Worker.Tests.Kafka;

public sealed class ClientSettingsTests
{
    [Fact]
    public void What_is_passed_through_wins_over_the_defaults_and_the_client_over_both()
    {
        KafkaOptions options = new()
        {
            Common = { ["client.id"] = "a", ["socket.timeout.ms"] = "7000" },
            Consumer = { ["client.id"] = "b" },
        };
        Dictionary<string, string> consumer = Of(ClientSettings.Consumer(options)), producer = Of(ClientSettings.Producer(options));
        Assert.Equal(("b", "7000"), (consumer["client.id"], consumer["socket.timeout.ms"]));
        Assert.Equal(("a", "7000", "0"), (producer["client.id"], producer["socket.timeout.ms"], producer["message.timeout.ms"]));
    }

    [Fact]
    public void Offsets_are_the_workers_and_labels_are_acknowledged_by_all()
    {
        Dictionary<string, string> consumer = Of(ClientSettings.Consumer(new KafkaOptions { GroupId = "g" })),
            producer = Of(ClientSettings.Producer(new KafkaOptions()));
        Assert.Equal(("false", "false", "g", "cooperative-sticky"),
            (consumer["enable.auto.commit"], consumer["enable.auto.offset.store"], consumer["group.id"],
                consumer["partition.assignment.strategy"]));
        Assert.Equal(("true", "all"), (producer["enable.idempotence"], producer["acks"]));
    }

    [Fact]
    public void A_label_waits_for_no_other_unless_its_user_says_so()
    {
        KafkaOptions waiting = new() { Producer = { ["linger.ms"] = "20" } };
        Assert.Equal(("0", "20"),
            (Of(ClientSettings.Producer(new KafkaOptions()))["linger.ms"], Of(ClientSettings.Producer(waiting))["linger.ms"]));
    }

    [Fact]
    public void A_key_leads_to_the_partition_that_Java_s_clients_take_unless_its_user_says_so()
    {
        KafkaOptions own = new() { Common = { ["partitioner"] = "consistent_random" } };
        Assert.Equal(("murmur2_random", "consistent_random"),
            (Of(ClientSettings.Producer(new KafkaOptions()))["partitioner"], Of(ClientSettings.Producer(own))["partitioner"]));
    }

    [Fact]
    public void What_is_fetched_ahead_is_little_and_more_is_asked_for_before_it_is_used_up()
    {
        Dictionary<string, string> consumer = Of(ClientSettings.Consumer(new KafkaOptions()));
        Assert.Equal(("4096", "100"), (consumer["queued.max.messages.kbytes"], consumer["fetch.queue.backoff.ms"]));
        // By the client a fetch brings no more than the queue may hold, where nobody says how much.
        Assert.DoesNotContain("fetch.max.bytes", consumer.Keys);
    }

    [Theory]
    [InlineData(null, OffsetReset.Earliest, "earliest")]
    [InlineData("smallest", OffsetReset.Earliest, "earliest")]
    [InlineData("Latest", OffsetReset.Latest, "error")]
    [InlineData("largest", OffsetReset.Latest, "error")]
    [InlineData("end", OffsetReset.Latest, "error")]
    [InlineData("error", OffsetReset.Error, "error")]
    public void The_client_resets_by_itself_only_where_nothing_can_be_skipped(string? set, object meant, string given)
    {
        KafkaOptions options = new();
        if (set is not null) options.Consumer["auto_offset_reset"] = set;
        Assert.Equal((meant, given), (OffsetResets.Of(options), Of(ClientSettings.Consumer(options))["auto.offset.reset"]));
    }

    [Theory]
    [InlineData("Consumer")]
    [InlineData("Common")]
    public void The_newer_group_protocol_gets_no_strategy_of_the_client(string section)
    {
        KafkaOptions options = new();
        (section == "Consumer" ? options.Consumer : options.Common)["group.protocol"] = "consumer";
        Assert.DoesNotContain("partition.assignment.strategy", Of(ClientSettings.Consumer(options)).Keys);
    }

    [Theory]
    [InlineData("enable.auto.commit", "true", "delivered")]
    [InlineData("enable_auto_offset_store", "true", "delivered")]
    [InlineData("group.id", "x", "Sluice:Kafka:GroupId")]
    [InlineData("bootstrap.servers", "x", "Sluice:Kafka:BootstrapServers")]
    [InlineData("dotnet.consumer.consume.result.fields", "none", "itself")]
    [InlineData("fetch.mn.bytes", "1", "no setting of that name")]
    [InlineData("fetch.min.bytes", "lots", "Invalid value")]
    [InlineData("session.timeout.ms", "99999999999", "range")]
    public void A_setting_that_cannot_be_is_refused_by_name_with_the_reason(string name, string value, string reason)
    {
        Dictionary<string, string> settings = new() { [name] = value };
        string refusal = Assert.Single(PassThroughSettings.Refusals("Sluice:Kafka:Consumer", settings, consumer: true, producer: false));
        Assert.StartsWith($"Sluice:Kafka:Consumer:{name} ", refusal, StringComparison.Ordinal);
        Assert.Contains(reason, refusal, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("acks", "1")]
    [InlineData("enable.idempotence", "false")]
    [InlineData("transactional.id", "t")]
    public void The_producers_own_settings_are_refused_for_it_and_for_all_clients(string name, string value)
    {
        Dictionary<string, string> settings = new() { [name] = value };
        Assert.Single(PassThroughSettings.Refusals("p", settings, consumer: false, producer: true));
        Assert.Single(PassThroughSettings.Refusals("c", settings, consumer: true, producer: true));
    }

    [Fact]
    public void Settings_of_security_and_tuning_pass() =>
        Assert.Empty(PassThroughSettings.Refusals("c", new Dictionary<string, string>
        {
            ["security.protocol"] = "SASL_SSL",
            ["sasl_mechanism"] = "PLAIN",
            ["sasl.username"] = "u",
            ["auto.offset.reset"] = "latest",
            ["compression.type"] = "zstd",
            ["group.instance.id"] = "pod-1",
            ["linger.ms"] = "5",
        }, consumer: true, producer: true));

    private static Dictionary<string, string> Of(IEnumerable<KeyValuePair<string, string>> settings) => settings.ToDictionary();
}

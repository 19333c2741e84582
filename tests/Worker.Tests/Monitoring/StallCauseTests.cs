using Confluent.Kafka;
using FsCheck;
using FsCheck.Fluent;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;
using Sluice.Worker.Monitoring;

namespace Worker.Tests.Monitoring;

public sealed class StallCauseTests
{
    private static readonly ClientFault Down = new(ErrorCode.Local_Transport, "127.0.0.1:9092/1: Connect failed: Connection refused.");
    private static readonly ClosedPartition Lacking = new(new SourcePartition("labels", 4), HasLeader: true, InSync: 1, Wanted: 2);

    [Fact]
    public void A_topic_without_its_replicas_is_named_with_what_it_has_and_wants()
    {
        StallCause cause = StallCause.Of(new StallEvidence { Output = Lacking });
        Assert.Equal((StallKind.Replicas, "labels[4] has 1 in-sync replica and takes records with 2 only (min.insync.replicas)"),
            (cause.Kind, cause.Words));
        Assert.Equal("labels[4] has no leader", StallCause.Of(new StallEvidence { Output = Lacking with { HasLeader = false } }).Words);
    }

    [Fact]
    public void A_batch_that_cannot_be_read_goes_before_all_else()
    {
        ClientFault damaged = new(ErrorCode.InvalidMsg, "Broker: Invalid message.");
        StallCause cause = StallCause.Of(new StallEvidence { Read = damaged, Output = Lacking, Registry = "down", Consumer = Down });
        Assert.Equal((StallKind.Batch, "a batch cannot be read (InvalidMsg: Broker: Invalid message)"), (cause.Kind, cause.Words));
        Assert.Equal(StallKind.Read, StallCause.Of(new StallEvidence { Read = Down }).Kind);
    }

    [Fact]
    public void A_member_with_another_assignor_is_named_with_the_setting()
    {
        StallCause cause = StallCause.Of(new StallEvidence
        {
            IsUnread = true, Group = new ClientFault(ErrorCode.InconsistentGroupProtocol, "JoinGroup failed"), Coordinator = "silent",
        });
        Assert.Equal(StallKind.Assignor, cause.Kind);
        Assert.Contains("partition.assignment.strategy", cause.WayOut, StringComparison.Ordinal);
    }

    /// <summary>In librdkafka's words (rdkafka_broker.c): a TLS port, a SASL port, a password.</summary>
    [Theory]
    [InlineData(ErrorCode.Local_Transport, "b:9093/bootstrap: Disconnected while requesting ApiVersion: might be caused by incorrect "
        + "security.protocol configuration (connecting to a SSL listener?)", true)]
    [InlineData(ErrorCode.Local_Transport, "b:9092/bootstrap: Disconnected (after 2ms in state UP, 1 identical error(s) suppressed)", true)]
    [InlineData(ErrorCode.Local_Transport, "b:9092/1: Disconnected (after 123456ms in state UP)", false)] // a broker that stopped
    [InlineData(ErrorCode.Local_Transport, "b:9092/1: Connect to ipv4#127.0.0.1:9092 failed: Connection refused", false)]
    [InlineData(ErrorCode.Local_Authentication, "SASL authentication error: Authentication failed", true)]
    [InlineData(ErrorCode.Local_Ssl, "certificate verify failed", true)]
    public void A_port_of_another_protocol_is_told_from_a_broker_that_is_down(ErrorCode code, string reason, bool isSecurity)
    {
        StallCause cause = StallCause.Of(new StallEvidence { IsUnread = true, Consumer = new ClientFault(code, reason) });
        Assert.Equal(isSecurity ? StallKind.Security : StallKind.Brokers, cause.Kind);
        Assert.Equal(isSecurity, cause.WayOut.Contains("security.protocol", StringComparison.Ordinal));
    }

    [Fact]
    public void What_waits_for_the_registry_the_coordinator_a_client_or_the_model_is_told_apart()
    {
        Assert.Equal(StallKind.Registry, StallCause.Of(new StallEvidence { Registry = "no answer.", Producer = Down }).Kind);
        Assert.Equal(StallKind.Brokers, StallCause.Of(new StallEvidence { Producer = Down, Commit = Down }).Kind);
        Assert.Equal(StallKind.Coordinator, StallCause.Of(new StallEvidence { Commit = Down }).Kind);
        Assert.Equal(StallKind.Coordinator, StallCause.Of(new StallEvidence { IsUnread = true, Coordinator = "silent" }).Kind);
        Assert.Equal(StallKind.Coordinator, StallCause.Of(new StallEvidence { IsUnread = true, WaitsForPlaces = true }).Kind);
        Assert.Equal(StallKind.Client, StallCause.Of(new StallEvidence { IsUnread = true }).Kind);
        Assert.Equal(StallKind.Model, StallCause.Of(new StallEvidence()).Kind);
    }

    /// <summary>A client is made anew where it alone is to blame, so nothing else may look like it.</summary>
    [Fact]
    public void Whatever_is_seen_has_one_cause_and_the_client_is_it_only_where_nothing_speaks_for_another() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            StallEvidence seen = Any(new Random(seed));
            StallCause cause = StallCause.Of(seen);
            bool isQuiet = seen is { Read: null, Group: null, Coordinator: null, WaitsForPlaces: false, Consumer: null };
            return cause == StallCause.Of(seen) && cause.Words.Length > 0 && !cause.Words.EndsWith('.') && cause.WayOut.EndsWith('.')
                && (cause.Kind != StallKind.Client || (seen.IsUnread && isQuiet))
                && (!seen.IsUnread || cause.Kind is not (StallKind.Registry or StallKind.Replicas or StallKind.Model))
                && (seen.Read is null || cause.Kind is StallKind.Batch or StallKind.Read);
        }).QuickCheckThrowOnFailure();

    private static StallEvidence Any(Random random)
    {
        return new StallEvidence
        {
            IsUnread = random.Next(2) == 0,
            Read = Fault(),
            Group = Fault(),
            Consumer = Fault(),
            Producer = Fault(),
            Commit = Fault(),
            WaitsForPlaces = random.Next(4) == 0,
            Coordinator = random.Next(4) == 0 ? "no answer." : null,
            Registry = random.Next(4) == 0 ? "no answer" : null,
            Output = random.Next(4) == 0 ? Lacking with { HasLeader = random.Next(2) == 0 } : null,
        };

        ClientFault? Fault() => random.Next(3) != 0 ? null
            : new ClientFault(Enum.GetValues<ErrorCode>()[random.Next(Enum.GetValues<ErrorCode>().Length)],
                random.Next(2) == 0 ? Down.Reason : "Disconnected (after 1ms in state UP)");
    }
}

using Confluent.Kafka;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Worker.Configuration;
using Sluice.Worker.Delivery;
using Sluice.Worker.Documents;
using Sluice.Worker.Faults;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;
using Sluice.Worker.Observability;
using Worker.Tests.Pipeline;

namespace Worker.Tests.Delivery;

/// <summary>What is sent and told while the brake holds.</summary>
public sealed class BrakedDeliveryTests : IAsyncLifetime
{
    private static readonly SendFailure Invalid = new(ErrorCode.InvalidRecord, "it has no key");

    private readonly Wire _wire = new();
    private readonly Lines<RejectionLog> _told = new();
    private readonly InFlightRecords _records = new(new InFlightLimits(100, 100_000, 100_000), TimeProvider.System);
    private readonly PipelineFailure _failure = new(new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance), new Redaction([]),
        NullLogger<PipelineFailure>.Instance);
    private readonly DeadLetters _deadLetters = new(new KafkaOptions(), Partitionings.ByKey, new DeadLetterOptions());
    private readonly RejectionBrake _brake;
    private readonly AtLeastOnce _delivery;
    private readonly Task _running;
    private long _next;

    public BrakedDeliveryTests()
    {
        _brake = new RejectionBrake(new DeadLetterOptions(), new PipelineOptions(), _records, Brakes.Likely, _failure, TimeProvider.System,
            NullLogger<RejectionBrake>.Instance);
        _delivery = Deliveries.AtLeastOnce(_wire.Send,
            new RefusedRecords(new KafkaOptions(), _deadLetters, NullLogger<RefusedRecords>.Instance), _brake, _told, _records,
            new PipelineProgress(_records), _failure);
        _running = Task.WhenAll(_delivery.RunRefusedAsync(_failure.Stop), _delivery.RunHeldAsync(_failure.Stop));
    }

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        _failure.StopNow();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    [Fact]
    public async Task A_rejected_document_is_sent_and_told_only_when_a_label_is_delivered()
    {
        _delivery.Reject(Rejected());
        Assert.Equal((1, 0, 0), (_brake.Held, _wire.Open, _told.Seen.Count));
        _delivery.Send(Label());
        Assert.Equal("labels", (await _wire.AnswerAsync()).Topic);
        Assert.Equal("dead-letters", (await _wire.AnswerAsync()).Topic);
        Assert.StartsWith("mails[0]@0 cannot be labelled (missing-text): why; ", Assert.Single(_told.Seen), StringComparison.Ordinal);
        Assert.Equal((1, 1), (_records.Counts.Published, _records.Counts.DeadLettered));
        _delivery.Reject(Rejected());
        Assert.Equal("dead-letters", (await _wire.AnswerAsync()).Topic);
    }

    /// <summary>It is no label that anyone can read.</summary>
    [Fact]
    public async Task A_label_that_its_topic_refuses_releases_nothing_and_its_dead_letter_record_is_held_too()
    {
        _delivery.Send(Label());
        await _wire.AnswerAsync(Invalid);
        Assert.True((await _wire.AnswerAsync(Invalid)).Alone);
        using PeriodicTimer pace = new(TimeSpan.FromMilliseconds(1));
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(20));
        while (_brake.Held == 0) await pace.WaitForNextTickAsync(late.Token);
        Assert.Equal(0, _wire.Open);
        _delivery.Send(Label());
        Assert.Equal("labels", (await _wire.AnswerAsync()).Topic);
        Assert.Equal("dead-letters", (await _wire.AnswerAsync()).Topic);
    }

    private Shipment Rejected() => _deadLetters.Of(Enter(), [1], new Rejection(RejectionReason.MissingText, "why"));

    private Shipment Label() => new(new OutboundRecord("labels", null, [1], []), Enter(), RecordOutcome.Labelled);

    private Envelope Enter()
    {
        _records.Enter(new InboundRecord(new SourcePartition("mails", 0), _next++, null, [1], [], null));
        Assert.True(_records.ToDecode.TryRead(out SourceRecord record));
        return record.Envelope;
    }
}

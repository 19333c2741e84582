using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Confluent.Kafka;
using Sluice.Worker.Configuration;
using Sluice.Worker.Delivery;
using Sluice.Worker.Documents;
using Sluice.Worker.Faults;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;
using Sluice.Worker.Observability;

namespace Worker.Tests.Delivery;

/// <summary>What goes into which transaction, and what follows from its end.</summary>
public sealed class ExactlyOnceTests
{
    private static readonly SourcePartition Mails = new("mails", 0), Other = new("mails", 1);

    private readonly FakeTimeProvider _time = new();
    private readonly InFlightRecords _records = new(new InFlightLimits(1000, 100_000, 1 << 20), TimeProvider.System);
    private readonly PipelineFailure _failure = new(new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance), new Redaction([]),
        NullLogger<PipelineFailure>.Instance);
    private readonly List<TransactionContent> _sent = [];
    private readonly Queue<TransactionOutcome> _outcomes = [];
    private readonly Dictionary<SourcePartition, long> _group = [];
    private readonly ExactlyOnce _delivery;
    private bool _groupAnswers = true;

    public ExactlyOnceTests()
    {
        KafkaOptions kafka = new() { OutputTopic = "labels", DeadLetterTopic = "dead" };
        RejectionBrake brake = Brakes.Off(_records, _failure);
        _delivery = new ExactlyOnce(Run, _ => _groupAnswers ? _group : null,
            new RefusedRecords(kafka, new DeadLetters(kafka, Partitionings.ByKey, new DeadLetterOptions()),
                NullLogger<RefusedRecords>.Instance), brake,
            new BrakedRejections(brake, new RejectionLog(_time, NullLogger<RejectionLog>.Instance)), _records,
            new DeliveredShipments(brake, _records, new PipelineProgress(_records), new WorkerMetrics(new MetricsOptions(), _time)),
            new DeliveryOptions(), _failure, _time, NullLogger<ExactlyOnce>.Instance);
        _records.Open(new AssignedPartition(Mails, 0, IsCommitted: true));
        _records.Open(new AssignedPartition(Other, 0, IsCommitted: true));
    }

    [Fact]
    public void A_transaction_holds_what_all_before_it_is_ready_for_in_the_order_of_offsets()
    {
        Envelope[] mails = Read(Mails, 4);
        Label(mails[1]);
        Label(mails[3]);
        Assert.True(_delivery.Commit()); // nothing can go
        Assert.Empty(_sent);
        Label(mails[0]);
        Assert.True(_delivery.Commit());
        Assert.Equal(["0", "1"], Values(Assert.Single(_sent)));
        Assert.Equal(2, _sent[0].Offsets.Single().Next);
        Label(mails[2]);
        Assert.True(_delivery.Commit());
        Assert.Equal(["2", "3"], Values(_sent[1]));
        Assert.Equal(0, _records.Documents);
    }

    [Fact]
    public void Nothing_is_finished_before_its_transaction_is_committed()
    {
        Label(Read(Mails, 1)[0]);
        _outcomes.Enqueue(new TransactionOutcome(TransactionState.Running));
        Assert.False(_delivery.Commit());
        Assert.True(_delivery.IsCommitting);
        Assert.Equal(1, _records.Documents);
        Assert.True(_delivery.Commit());
        Assert.Same(_sent[0], _sent[1]);
        Assert.Equal((0, false), (_records.Documents, _delivery.IsCommitting));
    }

    [Fact]
    public void What_was_aborted_is_sent_again_after_a_pause()
    {
        foreach (Envelope mail in Read(Mails, 3)) Label(mail);
        Abort(ErrorCode.IllegalGeneration);
        Assert.False(_delivery.Commit());
        Assert.False(_delivery.Commit());
        Assert.Single(_sent);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.True(_delivery.Commit());
        Assert.Equal(Values(_sent[0]), Values(_sent[1]));
        Assert.Null(_failure.First);
    }

    [Fact]
    public void What_was_aborted_of_a_partition_that_is_gone_by_then_is_not_sent_again()
    {
        foreach (Envelope mail in Read(Mails, 3)) Label(mail);
        foreach (Envelope mail in Read(Other, 2)) Label(mail);
        _outcomes.Enqueue(new TransactionOutcome(TransactionState.Running));
        Assert.False(_delivery.Commit());
        _delivery.Lose([Mails]);
        Abort(ErrorCode.IllegalGeneration);
        Assert.False(_delivery.Commit());
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.True(_delivery.Commit());
        Assert.Equal((2, Other), (_sent[^1].Records.Count, _sent[^1].Offsets.Single().Partition));
        Assert.Equal(0, _records.Documents);
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(0, 2)]
    public void After_a_commit_without_an_answer_the_group_tells_whether_it_took_place(long committed, int transactions)
    {
        foreach (Envelope mail in Read(Mails, 3)) Label(mail);
        _outcomes.Enqueue(new TransactionOutcome(TransactionState.Unknown));
        _groupAnswers = false;
        Assert.False(_delivery.Commit());
        Assert.False(_delivery.Commit()); // the group does not answer: nothing is begun meanwhile
        Assert.Single(_sent);
        (_groupAnswers, _group[Mails]) = (true, committed);
        _delivery.Commit();
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.True(_delivery.Commit());
        Assert.Equal((transactions, 0), (_sent.Count, _records.Documents));
    }

    [Fact]
    public void One_record_that_its_topic_refuses_is_found_and_becomes_a_dead_letter_between_its_neighbours()
    {
        foreach (Envelope mail in Read(Mails, 9)) Label(mail);
        List<string> delivered = [];
        Peek = content =>
        {
            if (content.Records.Any(record => record.Topic == "labels" && record.Value![0] == '5'))
                return new TransactionOutcome(TransactionState.Aborted, new SendFailure(ErrorCode.InvalidRecord, "no key"));
            delivered.AddRange(content.Records.Select(record => record.Topic == "labels" ? Value(record) : "dead"));
            return new TransactionOutcome(TransactionState.Committed);
        };
        for (int turn = 0; turn < 50 && _records.Documents > 0; turn++) _delivery.Commit();

        Assert.Equal(["0", "1", "2", "3", "4", "dead", "6", "7", "8"], delivered);
        Assert.Null(_failure.First);
    }

    [Fact]
    public void A_topic_that_may_not_be_written_to_stops_the_worker_and_commits_nothing()
    {
        Label(Read(Mails, 1)[0]);
        Abort(ErrorCode.TopicAuthorizationFailed);
        Assert.False(_delivery.Commit());
        Assert.IsType<DeliveryException>(_failure.First);
        Assert.Equal(1, _records.Documents);
    }

    [Fact]
    public void What_is_ready_of_a_partition_that_is_taken_away_goes_before_it_is()
    {
        foreach (Envelope mail in Read(Mails, 3)) Label(mail);
        _delivery.CommitRevoked([Mails], TimeSpan.FromSeconds(5));
        Assert.Equal(3, Assert.Single(_sent).Offsets.Single().Next);
        Assert.Equal(0, _records.Documents);
    }

    [Fact]
    public void A_label_that_comes_after_its_partition_was_taken_away_is_dropped()
    {
        Envelope late = Read(Mails, 1)[0];
        _delivery.Lose([Mails]);
        Label(late);
        Assert.True(_delivery.Commit());
        Assert.Empty(_sent);
        Assert.Equal((0, 1), (_records.Documents, _records.Counts.Dropped));
    }

    private Func<TransactionContent, TransactionOutcome>? Peek { get; set; }

    private TransactionOutcome Run(TransactionContent content, TimeSpan atMost)
    {
        _sent.Add(content);
        return Peek is not null ? Peek(content)
            : _outcomes.TryDequeue(out TransactionOutcome outcome) ? outcome : new TransactionOutcome(TransactionState.Committed);
    }

    private void Abort(ErrorCode code) =>
        _outcomes.Enqueue(new TransactionOutcome(TransactionState.Aborted, new SendFailure(code, "as told")));

    private Envelope[] Read(SourcePartition partition, int count)
    {
        Envelope[] read = new Envelope[count];
        for (int i = 0; i < count; i++)
        {
            Assert.True(_records.Enter(new InboundRecord(partition, i, null, [1], [], null)));
            Assert.True(_records.ToDecode.TryRead(out SourceRecord record));
            read[i] = record.Envelope;
        }

        return read;
    }

    private void Label(Envelope envelope) => _delivery.Send(new Shipment(
        new OutboundRecord("labels", null, [(byte)('0' + envelope.Source.Offset)], []), envelope, RecordOutcome.Labelled));

    private static string[] Values(TransactionContent content) => [.. content.Records.Select(Value)];

    private static string Value(OutboundRecord record) => ((char)record.Value![0]).ToString();
}

using Confluent.Kafka;
using Sluice.Worker.Configuration;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;
using Sluice.Worker.Wording;

namespace Sluice.Cli.DeadLetters;

/// <summary>A record that is to be sent back.</summary>
/// <param name="From">The dead-letter record.</param>
/// <param name="Record">What is sent.</param>
/// <param name="Partition">The partition that it goes to; null where its key decides.</param>
internal sealed record Replay(DeadLetterRecord From, OutboundRecord Record, int? Partition);

/// <summary>Sends records back in transactions that commit how far a replay has come: both or neither happens, whenever it is cut off. One
/// thread.</summary>
/// <remarks>Its transactional id is made of the topic and of what <c>--group</c> gives, whatever else is chosen by, so that of two replays
/// that might send the same record the brokers shut the first out.</remarks>
internal sealed class ReplayTransactions : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60); // of a transaction, and for each answer of the brokers
    private const int Tries = 5; // of a step that the brokers were not ready for, or whose outcome the client does not know yet

    private readonly string _name;
    private readonly Redaction _redaction;
    private readonly ProducerConfig _config;
    private IProducer<byte[]?, byte[]?> _producer;

    /// <summary>Makes the client, ends what a replay before may have left open, and shuts that one out.</summary>
    /// <exception cref="ClusterException">librdkafka makes no client of the settings, or nobody answers.</exception>
    public ReplayTransactions(KafkaOptions options, string topic, string name, Redaction redaction)
    {
        (_name, _redaction) = (name, redaction);
        _config = new ProducerConfig(ClientSettings.Producer(options).ToDictionary(setting => setting.Key, setting => setting.Value))
        {
            TransactionalId = $"sluice-dlq:{name}:{topic}",
            TransactionTimeoutMs = (int)Longest.TotalMilliseconds,
            MessageTimeoutMs = (int)Longest.TotalMilliseconds,
            LingerMs = 5,
        };
        _producer = Open();
    }

    /// <summary>Sends records, and commits the offset behind them.</summary>
    /// <param name="replays">What is sent; empty to commit alone.</param>
    /// <param name="next">The place in the dead-letter topic before which all is done.</param>
    /// <param name="member">The client that read them.</param>
    /// <returns>Null when it happened; else why their topic does not take them, and nothing of it happened.</returns>
    /// <exception cref="ClusterException">It could not be done, and nothing of it happened.</exception>
    public string? TrySend(IReadOnlyList<Replay> replays, TopicPartitionOffset next, IConsumerGroupMetadata member)
    {
        Error? refused = null;
        try
        {
            _producer.BeginTransaction();
            foreach (Replay replay in replays)
            {
                // The others of a transaction that has failed may be told first, that they were taken back.
                Produce(replay, error => refused = refused is null or { Code: ErrorCode.Local_PurgeQueue } ? error : refused);
            }

            _producer.Flush(Longest);
            if (refused is null)
            {
                Repeat(() => _producer.SendOffsetsToTransaction([next], member, Longest));
                Repeat(() => _producer.CommitTransaction(Longest));
                return null;
            }
        }
        catch (KafkaException e) when (refused is null)
        {
            if (!e.Error.IsFatal) Abort();
            throw Failed(e.Error);
        }
        catch (KafkaException)
        {
            // What was refused has failed the transaction, and is the cause.
        }

        Error? cause = Abort();
        SendFailure failure = new(refused!.Code, Words(refused));
        // A client that is shut out takes back what it has not sent, and tells why when it is asked next.
        if (!failure.IsOfOneRecord) throw Failed(refused.Code == ErrorCode.Local_PurgeQueue && cause is not null ? cause : refused);
        // Seen with librdkafka 2.16: after two transactions whose records were refused the client takes back those of the third unsent.
        _producer.Dispose();
        _producer = Open();
        return failure.ToString();
    }

    public void Dispose() => _producer.Dispose();

    private IProducer<byte[]?, byte[]?> Open()
    {
        IProducer<byte[]?, byte[]?> producer = ClientSettings.Build(
            new ProducerBuilder<byte[]?, byte[]?>(_config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build, "producer",
            _redaction);
        try
        {
            Repeat(() => producer.InitTransactions(Longest));
            return producer;
        }
        catch (KafkaException e)
        {
            producer.Dispose();
            throw Failed(e.Error);
        }
    }

    private void Produce(Replay replay, Action<Error> refused)
    {
        OutboundRecord record = replay.Record;
        Headers headers = [];
        foreach (RecordHeader header in record.Headers) headers.Add(header.Name, header.Value);
        TopicPartition to = new(record.Topic, replay.Partition is { } partition ? new Partition(partition) : Partition.Any);
        try
        {
            _producer.Produce(to, new Message<byte[]?, byte[]?> { Key = record.Key, Value = record.Value, Headers = headers }, report =>
            {
                if (report.Error.IsError) refused(report.Error);
            });
        }
        catch (ProduceException<byte[]?, byte[]?> e) when (new SendFailure(e.Error.Code, "").IsOfOneRecord)
        {
            refused(e.Error);
        }
    }

    private static void Repeat(Action step)
    {
        for (int tries = 1; ; tries++)
        {
            try
            {
                step();
                return;
            }
            catch (KafkaRetriableException) when (tries < Tries)
            {
                // The same call goes on where it was.
            }
        }
    }

    // Returns why it could not be: the brokers end it then after its time, or when the next replay begins.
    private Error? Abort()
    {
        try
        {
            _producer.AbortTransaction(Longest);
            return null;
        }
        catch (KafkaException e)
        {
            return e.Error;
        }
    }

    private ClusterException Failed(Error error) => new(error.Code is ErrorCode.Local_Fenced or ErrorCode.ProducerFenced
            or ErrorCode.InvalidProducerEpoch
        ? $"Another replay of group '{_name}' has begun, and goes on in the place of this one. What this one had committed stays."
        : $"Nothing more could be sent back: {Words(error)} ({error.Code}). What was committed stays; run it again to go on.");

    private string Words(Error error) => ForeignText.OneLine(_redaction.Clean(error.Reason), ForeignText.Message).TrimEnd('.');
}

using Confluent.Kafka;

namespace Sluice.Worker.Kafka;

/// <summary>The life of one transactional producer: it is registered, makes one transaction after another, and is thrown away after an
/// error that it cannot recover from.</summary>
/// <remarks>One thread at a time. Calls take as long as the client takes; its own time-outs do not hold everywhere (librdkafka issues 5456
/// and 5511: SendOffsetsToTransaction may never return), so whoever waits has a bound of their own.</remarks>
/// <param name="producer">Not registered yet.</param>
/// <param name="clean">Words of the client's error, without secrets.</param>
/// <param name="time">Of waits.</param>
internal sealed class TransactionSession(IProducer<byte[]?, byte[]?> producer, Func<Error, SendFailure> clean, TimeProvider time)
{
    private static readonly TimeSpan FullQueueWait = TimeSpan.FromMilliseconds(20), Call = TimeSpan.FromSeconds(5);

    private bool _isRegistered;
    private volatile bool _mayHaveCommitted;

    /// <summary>The commit of a transaction was asked for, and no answer has come. For any thread.</summary>
    public bool MayHaveCommitted => _mayHaveCommitted;

    /// <summary>Makes the coordinator end what a predecessor of this name has left open; without effect the second time.</summary>
    /// <param name="bound">How long it is tried.</param>
    /// <exception cref="KafkaException">It is not done.</exception>
    public void Register(TimeSpan bound)
    {
        if (_isRegistered) return;
        Retry(() => producer.InitTransactions(Call), bound);
        _isRegistered = true;
    }

    /// <summary>Sends records and offsets in one transaction.</summary>
    /// <param name="content">What it holds.</param>
    /// <param name="member">Whose offsets.</param>
    /// <param name="bound">How long each step is tried.</param>
    /// <returns>Why it was aborted, or null when it is committed.</returns>
    /// <exception cref="KafkaException">This producer is of no use any more.</exception>
    public SendFailure? Transact(TransactionContent content, IConsumerGroupMetadata member, TimeSpan bound)
    {
        Register(bound);
        producer.BeginTransaction();
        try
        {
            foreach (OutboundRecord record in content.Records)
                if (!TrySend(record, bound)) break; // what follows tells why
            Retry(() => producer.SendOffsetsToTransaction(content.Offsets.Select(Of), member, Call), bound);
            _mayHaveCommitted = true;
            Retry(() => producer.CommitTransaction(Call), bound);
            _mayHaveCommitted = false;
            return null;
        }
        catch (KafkaTxnRequiresAbortException e)
        {
            return Abort(e.Error, bound);
        }
        catch (ProduceException<byte[]?, byte[]?> e) when (!e.Error.IsFatal)
        {
            return Abort(e.Error, bound); // the client takes this record not at all
        }
    }

    private SendFailure Abort(Error why, TimeSpan bound)
    {
        Retry(() => producer.AbortTransaction(Call), bound);
        _mayHaveCommitted = false;
        return clean(why);
    }

    // False where the client takes none any more, since one of them was refused meanwhile.
    private bool TrySend(OutboundRecord record, TimeSpan bound)
    {
        long began = time.GetTimestamp();
        while (true)
        {
            try
            {
                ProducerCalls.Produce(producer, record);
                return true;
            }
            catch (ProduceException<byte[]?, byte[]?> e) when (e.Error.Code == ErrorCode.Local_State)
            {
                return false;
            }
            catch (ProduceException<byte[]?, byte[]?> e) when (e.Error.Code == ErrorCode.Local_QueueFull
                && time.GetElapsedTime(began) < bound)
            {
                producer.Flush(FullQueueWait);
            }
        }
    }

    private void Retry(Action call, TimeSpan bound)
    {
        long began = time.GetTimestamp();
        while (true)
        {
            try
            {
                call();
                return;
            }
            catch (KafkaRetriableException) when (time.GetElapsedTime(began) < bound)
            {
                // The same call goes on where it was.
            }
        }
    }

    private static TopicPartitionOffset Of(InFlight.PartitionWatermark watermark) =>
        new(watermark.Partition.Topic, watermark.Partition.Partition, watermark.Next);
}

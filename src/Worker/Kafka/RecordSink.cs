using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Diagnostics;

namespace Sluice.Worker.Kafka;

/// <summary>Steps 6 and 7: the only caller of Produce and Flush.</summary>
/// <remarks>Thread-safe. Records of one partition stay in the order in which they were sent: the producer is idempotent and librdkafka repeats what can be repeated.</remarks>
internal sealed class RecordSink : IDisposable
{
    private static readonly TimeSpan FullQueueWait = TimeSpan.FromMilliseconds(20);

    private readonly IProducer<byte[]?, byte[]?> _producer;
    private readonly ILogger<RecordSink> _logger;
    private volatile Error? _fatal;
    private volatile Error? _last;

    public RecordSink(KafkaOptions options, ILogger<RecordSink> logger)
    {
        _logger = logger;
        _producer = new ProducerBuilder<byte[]?, byte[]?>(ClientSettings.Producer(options))
            .SetErrorHandler((_, error) => OnError(error))
            .SetLogHandler((_, message) => ClientLog.Write(logger, message))
            .Build();
    }

    /// <summary>The client's handle, for metadata requests beside it.</summary>
    public Handle Handle => _producer.Handle;

    /// <summary>What the client reported last, such as a connection that is refused; null while nothing was.</summary>
    public Error? LastError => _last;

    /// <summary>Hands a record to the client, which sends it in the background; waits while the client's queue is full.</summary>
    /// <param name="topic">The topic; the partition follows from the key.</param>
    /// <param name="message">Key, value, headers and time. Not to be changed afterwards.</param>
    /// <param name="delivered">Called once with the outcome: no error means that all in-sync replicas have it. On the client's thread, or on the caller's when the client refuses the record at once.</param>
    /// <param name="stop">Gives up waiting for room in the queue.</param>
    /// <exception cref="KafkaException">The client has met a fatal error before.</exception>
    public void Send(string topic, Message<byte[]?, byte[]?> message, Action<Error> delivered, CancellationToken stop)
    {
        if (_fatal is { } fatal) throw new KafkaException(fatal);
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                _producer.Produce(topic, message, report => delivered(report.Error));
                return;
            }
            catch (ProduceException<byte[]?, byte[]?> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
            {
                _producer.Flush(FullQueueWait);
            }
            catch (ProduceException<byte[]?, byte[]?> e)
            {
                delivered(e.Error);
                return;
            }
        }
    }

    /// <summary>Waits until everything sent has an outcome. Returns how many have none yet when the time is up.</summary>
    public int Flush(TimeSpan timeout) => _producer.Flush(timeout);

    public void Dispose() => _producer.Dispose();

    private void OnError(Error error)
    {
        // That all brokers are down follows from the error before it, which says why.
        if (error.Code != ErrorCode.Local_AllBrokersDown) _last = error;
        if (error.IsFatal) _fatal = error;
        Log.ClientError(_logger, "producer", error.Code.ToString(), error.Reason);
    }
}

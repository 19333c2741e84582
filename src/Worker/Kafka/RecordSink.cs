using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Configuration;
using Sluice.Worker.InFlight;

namespace Sluice.Worker.Kafka;

/// <summary>Sends what is published: the only caller of Produce and Flush.</summary>
/// <remarks>
/// <para>Thread-safe. Records of one partition stay in the order in which they were sent: the producer is idempotent and librdkafka repeats
/// what can be repeated.</para>
/// <para>A second producer, made when it is first needed, sends each record in a batch of its own: a broker refuses a batch that is larger
/// than its topic's max.message.bytes, whatever it is made of. What goes this way may arrive behind records that were sent after it.</para>
/// </remarks>
internal sealed class RecordSink : IDisposable
{
    private static readonly TimeSpan FullQueueWait = TimeSpan.FromMilliseconds(20);

    private readonly IProducer<byte[]?, byte[]?> _producer;
    private readonly Lazy<IProducer<byte[]?, byte[]?>> _alone;
    private readonly Redaction _redaction;
    private readonly TimeProvider _time;
    private readonly ILogger<RecordSink> _logger;
    private volatile Error? _fatal;

    public RecordSink(KafkaOptions options, MetricsOptions metrics, Redaction redaction, TimeProvider time,
        ILogger<RecordSink> logger)
    {
        (_redaction, _time, _logger) = (redaction, time, logger);
        Warnings = new ClientWarnings("producer", time, logger);
        Statistics = new ClientStatistics(time);
        _producer = Build(ClientSettings.Producer(options, metrics.IsOn), Statistics.Take);
        _alone = new(() => Build(new ProducerConfig(ClientSettings.Producer(options)) { BatchNumMessages = 1, LingerMs = 0 }));
    }

    /// <summary>The client's handle, for metadata requests beside it.</summary>
    public Handle Handle => _producer.Handle;

    /// <summary>What the client reports.</summary>
    public ClientWarnings Warnings { get; }

    /// <summary>What the client counts; the one whose records go alone is not in it.</summary>
    public ClientStatistics Statistics { get; }

    /// <summary>Hands a record to the client, which sends it in the background; waits while the client's queue is full.</summary>
    /// <param name="record">What to send. Its bytes are not to be changed until it is delivered.</param>
    /// <param name="delivered">Must not send. Called once with the outcome: no failure means that all in-sync replicas have it. On the
    /// client's thread, or on the caller's when the client refuses the record at once.</param>
    /// <param name="stop">Gives up waiting for room in the queue.</param>
    /// <exception cref="KafkaException">The client has met a fatal error before.</exception>
    public void Send(OutboundRecord record, Action<SendFailure?> delivered, CancellationToken stop)
    {
        if (_fatal is { } fatal) throw new KafkaException(fatal);
        IProducer<byte[]?, byte[]?> producer = record.Alone ? _alone.Value : _producer;
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                ProducerCalls.Produce(producer, record, report =>
                {
                    if (!report.Error.IsError) Warnings.GotThrough();
                    delivered(report.Error.IsError ? Of(report.Error) : null);
                });
                return;
            }
            catch (ProduceException<byte[]?, byte[]?> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
            {
                producer.Flush(FullQueueWait);
            }
            catch (ProduceException<byte[]?, byte[]?> e)
            {
                delivered(Of(e.Error));
                return;
            }
        }
    }

    /// <summary>Waits until everything sent has an outcome. Returns how many have none yet when the time is up.</summary>
    public int Flush(TimeSpan timeout)
    {
        long began = _time.GetTimestamp();
        int open = _producer.Flush(timeout);
        if (!_alone.IsValueCreated) return open;
        TimeSpan left = timeout - _time.GetElapsedTime(began); // one time for both: a stop has no more
        return open + _alone.Value.Flush(left > TimeSpan.Zero ? left : TimeSpan.Zero);
    }

    public void Dispose()
    {
        _producer.Dispose();
        if (_alone.IsValueCreated) _alone.Value.Dispose();
    }

    internal static Headers? Of(IReadOnlyList<RecordHeader> ours)
    {
        if (ours.Count == 0) return null;
        Headers headers = [];
        for (int i = 0; i < ours.Count; i++) headers.Add(ours[i].Name, ours[i].Value);
        return headers;
    }

    private SendFailure Of(Error error) => new(error.Code, ClientLog.Clean(error, _redaction).Reason);

    private IProducer<byte[]?, byte[]?> Build(ProducerConfig config, Action<string>? statistics = null)
    {
        ProducerBuilder<byte[]?, byte[]?> builder = new ProducerBuilder<byte[]?, byte[]?>(config)
            .SetErrorHandler((_, error) => OnError(ClientLog.Clean(error, _redaction)))
            .SetLogHandler((_, message) => ClientLog.Write(_logger, message, _redaction, Warnings));
        if (statistics is not null) builder.SetStatisticsHandler((_, json) => statistics(json));
        return ClientSettings.Build(builder.Build, "producer", _redaction);
    }

    private void OnError(Error error)
    {
        if (error.IsFatal) _fatal = error;
        Warnings.Add(error);
    }
}

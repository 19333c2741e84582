using System.Diagnostics;
using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace Benchmarks.Deliveries;

/// <summary>Sends documents of 1 KiB: as many as may be at once, or evenly so many a second. One thread at a time.</summary>
/// <remarks>A record's key is when its document was due, in microseconds of this process's clock, so that nobody's slowness shortens what
/// is measured of it; a label comes with the key of its document.</remarks>
internal sealed class DocumentLoad : IDisposable
{
    /// <summary>Bytes of a document.</summary>
    public const int DocumentBytes = 1024;

    private const string Words = "the letter of complaint came on a monday and nobody had read it by friday which was a pity ";

    private static readonly byte[] Document = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(Words, 12))[..DocumentBytes]);
    private static readonly TimeSpan FullQueueWait = TimeSpan.FromMilliseconds(10), Least = TimeSpan.FromMilliseconds(1);

    private readonly DeliveryTopics _topics;
    private readonly IProducer<byte[], byte[]> _producer;
    private int _sent;

    public DocumentLoad(DeliveryTopics topics)
    {
        _topics = topics;
        _producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = topics.Kafka,
            LingerMs = 1,
            EnableDeliveryReports = false,
            QueueBufferingMaxMessages = 500_000,
        }).SetLogHandler((_, _) => { }).Build();
    }

    /// <summary>The clock of keys, in microseconds.</summary>
    public static long Now => (long)Stopwatch.GetElapsedTime(0).TotalMicroseconds;

    /// <summary>When the document of a label was due, by <see cref="Now"/>.</summary>
    public static long DueOf(byte[]? key) => long.Parse(key, NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>Sends documents as fast as the broker takes them, and waits until it has them.</summary>
    public void SendAll(int count)
    {
        for (int document = 0; document < count; document++) Send(Now);
        if (_producer.Flush(TimeSpan.FromMinutes(2)) > 0) throw new TimeoutException("The broker does not take the documents.");
    }

    /// <summary>Sends documents as they fall due, whether or not anyone reads them.</summary>
    /// <param name="perSecond">How many a second, at even distances.</param>
    /// <param name="time">How long.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>How many.</returns>
    public int SendEvenly(double perSecond, TimeSpan time, CancellationToken cancel)
    {
        long began = Now;
        int count = (int)(perSecond * time.TotalSeconds);
        for (int document = 0; document < count; document++)
        {
            long due = began + (long)(document / perSecond * 1e6);
            while (Now < due) cancel.WaitHandle.WaitOne(Least);
            cancel.ThrowIfCancellationRequested();
            Send(due);
        }

        _producer.Flush(cancel);
        return count;
    }

    public void Dispose() => _producer.Dispose();

    private void Send(long due)
    {
        byte[] key = Encoding.ASCII.GetBytes(due.ToString(CultureInfo.InvariantCulture));
        Message<byte[], byte[]> message = new() { Key = key, Value = Document };
        TopicPartition partition = new(_topics.Input, _sent++ % DeliveryTopics.Partitions);
        while (true)
        {
            try
            {
                _producer.Produce(partition, message);
                return;
            }
            catch (ProduceException<byte[], byte[]> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
            {
                _producer.Flush(FullQueueWait);
            }
        }
    }
}

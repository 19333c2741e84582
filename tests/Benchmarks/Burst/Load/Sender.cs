using System.Buffers.Binary;
using Confluent.Kafka;

namespace Benchmarks.Burst.Load;

/// <summary>Sends documents when they are due, whether or not anyone reads them.</summary>
/// <remarks>A record's key is the number of its document, which comes back with its label; its time is when it was due, even where it is
/// sent later, so that nobody's slowness shortens what is measured of them. What is sent was made beforehand: a thousand a second cost a
/// few hundredths of a core.</remarks>
internal sealed class Sender : IDisposable
{
    private const int LeastWaitMs = 1;

    private readonly IProducer<byte[], byte[]> _producer;
    private readonly LoadTopics _topics;
    private readonly TimeProvider _time;
    private int _failed;

    public Sender(LoadTopics topics, TimeProvider time)
    {
        (_topics, _time) = (topics, time);
        _producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = topics.Kafka,
            LingerMs = 1,
            EnableIdempotence = true, // keeps the order, so that a document's offset is known: see PlaceOf
            QueueBufferingMaxMessages = 1_000_000,
        }).SetLogHandler((_, _) => { }).Build();
    }

    /// <summary>Documents that the broker did not take, and that nobody can label.</summary>
    public int Failed => Volatile.Read(ref _failed);

    /// <summary>The latest that a document was sent after it was due.</summary>
    public TimeSpan Latest { get; private set; }

    /// <summary>Sends documents at once.</summary>
    public void SendAll(TextSet texts, int count)
    {
        DateTimeOffset now = _time.GetUtcNow();
        for (int document = 0; document < count; document++) Send(document, texts.At(document), now);
        _producer.Flush(TimeSpan.FromSeconds(30));
    }

    /// <summary>Sends a schedule's documents as they fall due, on the calling thread.</summary>
    /// <param name="texts">What is sent.</param>
    /// <param name="schedule">When.</param>
    /// <param name="start">The schedule's 0.</param>
    /// <param name="cancel">Ends it early, without an error.</param>
    public void Send(TextSet texts, Schedule schedule, DateTimeOffset start, CancellationToken cancel)
    {
        long began = _time.GetTimestamp();
        TimeSpan ahead = _time.GetUtcNow() - start; // the clock that is not set forms the distances
        for (int document = 0; document < schedule.Arrivals.Count; document++)
        {
            TimeSpan due = TimeSpan.FromSeconds(schedule.Arrivals[document]);
            TimeSpan now;
            while ((now = ahead + _time.GetElapsedTime(began)) < due)
            {
                if (cancel.WaitHandle.WaitOne(Math.Max(LeastWaitMs, (int)(due - now).TotalMilliseconds))) return;
            }

            if (now - due > Latest) Latest = now - due;
            Send(document, texts.At(document), start + due);
        }

        _producer.Flush(cancel);
    }

    /// <summary>The number of the document that a record is, or is the label of.</summary>
    public static int DocumentOf(byte[]? key) => key is { Length: 4 }
        ? BinaryPrimitives.ReadInt32BigEndian(key)
        : throw new InvalidDataException("A label without its document's key: nobody can tell what it is of.");

    /// <summary>Where a document lies: partitions take turns, and nothing else is written to them.</summary>
    public static (int Partition, long Offset) PlaceOf(int document) =>
        (document % LoadTopics.Partitions, document / LoadTopics.Partitions);

    public void Dispose() => _producer.Dispose();

    private void Send(int document, LoadText text, DateTimeOffset due)
    {
        byte[] key = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(key, document);
        Message<byte[], byte[]> message = new() { Key = key, Value = text.Value, Timestamp = new Timestamp(due) };
        _producer.Produce(new TopicPartition(_topics.Input, PlaceOf(document).Partition), message, report =>
        {
            if (report.Error.IsError) Interlocked.Increment(ref _failed);
        });
    }
}

using System.Diagnostics;
using Benchmarks.Burst.Plain;
using Confluent.Kafka;

namespace Benchmarks.Deliveries;

/// <summary>At least once: an idempotent producer, and of each partition the offset up to which all is delivered is committed once a
/// second, as the worker does.</summary>
internal sealed class BareAtLeastOnce(DeliveryTopics topics, int valueBytes) : BareLoop(topics, valueBytes)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1), Poll = TimeSpan.FromMilliseconds(100),
        FullQueueWait = TimeSpan.FromMilliseconds(20);

    private readonly PlainOffsets[] _offsets = [.. Enumerable.Range(0, DeliveryTopics.Partitions).Select(_ => new PlainOffsets())];
    private readonly long?[] _next = new long?[DeliveryTopics.Partitions]; // under the lock of the partition's offsets

    protected override void Run(CancellationToken stop)
    {
        using IConsumer<byte[]?, byte[]?> consumer = OpenConsumer();
        using IProducer<byte[]?, byte[]?> producer = OpenProducer(new ProducerConfig());
        consumer.Subscribe(Topics.Input);
        long committed = Stopwatch.GetTimestamp();
        while (!stop.IsCancellationRequested)
        {
            if (consumer.Consume(Poll) is { } read) Write(producer, read);
            if (Stopwatch.GetElapsedTime(committed) < Interval) continue;
            Commit(consumer);
            committed = Stopwatch.GetTimestamp();
        }

        producer.Flush(Interval);
        Commit(consumer);
        consumer.Close();
    }

    private void Write(IProducer<byte[]?, byte[]?> producer, ConsumeResult<byte[]?, byte[]?> read)
    {
        (int partition, long offset) = (read.Partition.Value, read.Offset.Value);
        lock (_offsets[partition]) _offsets[partition].Begin(offset);
        while (true)
        {
            try
            {
                producer.Produce(Topics.Output, Of(read), report =>
                {
                    if (report.Error.IsError) return; // its offset holds back the partition's
                    lock (_offsets[partition]) _next[partition] = _offsets[partition].Complete(offset) ?? _next[partition];
                    Count(1);
                });
                return;
            }
            catch (ProduceException<byte[]?, byte[]?> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
            {
                producer.Flush(FullQueueWait);
            }
        }
    }

    private void Commit(IConsumer<byte[]?, byte[]?> consumer)
    {
        List<TopicPartitionOffset> done = [];
        for (int partition = 0; partition < _next.Length; partition++)
        {
            lock (_offsets[partition])
            {
                if (_next[partition] is { } next) done.Add(new TopicPartitionOffset(Topics.Input, partition, next));
                _next[partition] = null;
            }
        }

        if (done.Count > 0) consumer.Commit(done);
    }
}

using System.Diagnostics;
using Confluent.Kafka;

namespace Benchmarks.Deliveries;

/// <summary>Exactly once: transactions one after another, each with what was read within an interval and with its offsets.</summary>
internal sealed class BareTransactions(DeliveryTopics topics, int valueBytes, TimeSpan interval) : BareLoop(topics, valueBytes)
{
    private static readonly TimeSpan Call = TimeSpan.FromSeconds(30), FullQueueWait = TimeSpan.FromMilliseconds(20);

    protected override void Run(CancellationToken stop)
    {
        using IConsumer<byte[]?, byte[]?> consumer = OpenConsumer();
        using IProducer<byte[]?, byte[]?> producer = OpenProducer(new() { TransactionalId = $"{Topics.Name}-{Guid.NewGuid():N}" });
        producer.InitTransactions(Call);
        consumer.Subscribe(Topics.Input);
        while (!stop.IsCancellationRequested)
        {
            if (consumer.Consume(interval) is not { } first) continue;
            long began = Stopwatch.GetTimestamp();
            producer.BeginTransaction();
            int count = 1;
            Write(producer, first);
            for (TimeSpan left; (left = interval - Stopwatch.GetElapsedTime(began)) > TimeSpan.Zero;)
            {
                if (consumer.Consume(left) is not { } read) break;
                Write(producer, read);
                count++;
            }

            producer.SendOffsetsToTransaction(consumer.Assignment.Select(partition =>
                new TopicPartitionOffset(partition, consumer.Position(partition))).Where(place => !place.Offset.IsSpecial),
                consumer.ConsumerGroupMetadata, Call);
            producer.CommitTransaction(Call);
            Count(count);
        }

        consumer.Close();
    }

    private void Write(IProducer<byte[]?, byte[]?> producer, ConsumeResult<byte[]?, byte[]?> read)
    {
        while (true)
        {
            try
            {
                producer.Produce(Topics.Output, Of(read));
                return;
            }
            catch (ProduceException<byte[]?, byte[]?> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
            {
                producer.Flush(FullQueueWait);
            }
        }
    }
}

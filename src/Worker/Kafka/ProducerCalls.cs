using Confluent.Kafka;

namespace Sluice.Worker.Kafka;

/// <summary>Hands records to a client, for the partition that they ask for. Thread-safe.</summary>
internal static class ProducerCalls
{
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(3);

    /// <summary>Produces a record. Where its partition is not known to the client, the brokers are asked, as the client's list may be older
    /// than ours; and where they have none, or do not answer, its key says where it goes.</summary>
    /// <exception cref="ProduceException{TKey,TValue}">The client takes it not.</exception>
    public static void Produce(IProducer<byte[]?, byte[]?> producer, OutboundRecord record,
        Action<DeliveryReport<byte[]?, byte[]?>>? delivered = null)
    {
        Message<byte[]?, byte[]?> message = new() { Key = record.Key, Value = record.Value, Headers = RecordSink.Of(record.Headers) };
        if (record.Partition is { } partition)
        {
            TopicPartition place = new(record.Topic, partition);
            try
            {
                producer.Produce(place, message, delivered);
                return;
            }
            catch (ProduceException<byte[]?, byte[]?> e) when (e.Error.Code == ErrorCode.Local_UnknownPartition)
            {
                if (Partitions(producer, record.Topic) > partition)
                {
                    producer.Produce(place, message, delivered);
                    return;
                }
            }
        }

        producer.Produce(record.Topic, message, delivered);
    }

    // The client learns of it what it asks for us.
    private static int Partitions(IProducer<byte[]?, byte[]?> producer, string topic)
    {
        using IAdminClient admin = new DependentAdminClientBuilder(producer.Handle).Build();
        try
        {
            return admin.GetMetadata(topic, Answer).Topics.Single().Partitions.Count;
        }
        catch (KafkaException)
        {
            return 0;
        }
    }
}

using Confluent.Kafka;
using Sluice.Cli.Demo.Clusters;
using Sluice.Worker.Kafka;

namespace Sluice.Cli.Demo.Replay;

/// <summary>Sends documents to a topic, at a pace and within a window.</summary>
internal sealed class Replayer(Dictionary<string, string> client, string topic, TimeProvider time) : IDisposable
{
    private readonly IProducer<string, byte[]> _producer = ClientSettings.Build(
        new ProducerBuilder<string, byte[]>(new ProducerConfig(client)
        {
            Acks = Acks.All,
            EnableIdempotence = true,
            LingerMs = 1,
            MessageMaxBytes = 16 * 1024 * 1024,
            CompressionType = CompressionType.None,
        }).SetLogHandler((_, _) => { }).Build,
        "producer", EnvironmentSettings.Redaction);

    private volatile Error? _failure;

    /// <summary>Sends all documents, in order.</summary>
    /// <param name="documents">What to send.</param>
    /// <param name="ledger">Is told of each before it is sent.</param>
    /// <param name="window">Entered for each; whoever reads the labels leaves it.</param>
    /// <param name="pace">When each is due.</param>
    /// <param name="cancellation">Ends the sending.</param>
    /// <exception cref="KafkaException">The broker refused a document for good.</exception>
    public async Task SendAsync(IReadOnlyList<DemoDocument> documents, Ledger ledger, Window window, Pace pace,
        CancellationToken cancellation)
    {
        for (int index = 0; index < documents.Count; index++)
        {
            DemoDocument document = documents[index];
            long? due = await pace.DueAsync(index, cancellation);
            await window.EnterAsync(document.Value.Length, cancellation);
            if (_failure is { } failure)
                throw new KafkaException(failure);
            ledger.Sent(document.Id, due ?? time.GetTimestamp());
            _producer.Produce(topic, new Message<string, byte[]> { Key = document.Id, Value = document.Value }, Delivered);
        }

        await Task.Run(() => _producer.Flush(cancellation), cancellation);
        if (_failure is { } last)
            throw new KafkaException(last);
    }

    public void Dispose() => _producer.Dispose();

    private void Delivered(DeliveryReport<string, byte[]> report)
    {
        if (report.Error.IsError)
            _failure = report.Error;
    }
}

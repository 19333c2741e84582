using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Cli.DeadLetters;
using Sluice.Worker.Delivery;
using Sluice.Worker.Documents;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;

namespace Cli.Tests.DeadLetters;

/// <summary>Dead-letter records for tests.</summary>
internal static class Letters
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    /// <summary>As a worker writes them.</summary>
    public static DeadLetterRecord OfWorker(RejectionReason reason, string topic = "mails", int partition = 3, long offset = 17,
        byte[]? value = null, RecordHeader[]? own = null, DeadLetterStyle style = DeadLetterStyle.Sluice, long at = 42,
        string detail = "there is no field 'body'")
    {
        Envelope envelope = new(new SourceOffset(new SourcePartition(topic, partition), 1, offset), "k"u8.ToArray(),
            own ?? [new("trace", "t"u8.ToArray())], Noon);
        OutputPartitions byKey = new(new OutputOptions { Partition = OutputPartition.Key }, new KafkaOptions(), (_, _) => null,
            TimeProvider.System, NullLogger<OutputPartitions>.Instance);
        OutboundRecord sent = new Sluice.Worker.Delivery.DeadLetters(new KafkaOptions(), byKey, new DeadLetterOptions { Headers = style })
            .Of(envelope, value ?? "v"u8.ToArray(), new Rejection(reason, detail)).Record;
        return Of(sent, at);
    }

    /// <summary>What was sent to the dead-letter topic, as it is read there.</summary>
    public static DeadLetterRecord Of(OutboundRecord sent, long at = 42) =>
        new("mails.dead", 0, at, Noon, sent.Key, sent.Value, sent.Headers);

    /// <summary>One with any headers.</summary>
    public static DeadLetterRecord With(params (string Name, byte[]? Value)[] headers) =>
        new("mails.dead", 0, 42, Noon, null, "v"u8.ToArray(), [.. headers.Select(header => new RecordHeader(header.Name, header.Value))]);

    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    public static string Shown(IEnumerable<RecordHeader> headers) => string.Join(' ', headers.Select(header =>
        $"{header.Name}={(header.Value is null ? "null" : Encoding.UTF8.GetString(header.Value))}"));
}

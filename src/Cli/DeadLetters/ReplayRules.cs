using System.Globalization;
using System.Text;
using Sluice.Worker.Documents;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;

namespace Sluice.Cli.DeadLetters;

/// <summary>A record as it is sent back, or why it cannot be.</summary>
/// <param name="Record">What is sent; null where it cannot be.</param>
/// <param name="Partition">The partition that it goes to; null where its key decides.</param>
/// <param name="Refusal">Why it cannot be, as part of a sentence; empty where it is sent.</param>
internal readonly record struct ReplayVerdict(OutboundRecord? Record, int? Partition, string Refusal);

/// <summary>What is sent back of a dead-letter record: key, value and headers as they came, with where it was sent back from, and how often
/// it was.</summary>
/// <param name="deadLetters">The dead-letter topic.</param>
/// <param name="to">The topic that it is sent to; null for the one that it came from.</param>
/// <param name="mostReplays">A record that was sent back so often is not once more.</param>
/// <param name="partitionsOf">How many partitions a topic has; null where there is no such topic.</param>
/// <remarks>To its own topic it goes to the partition that it came from, where there is one: whoever wrote it may have chosen by another
/// rule than this client, and the order of its key hangs on it. Its time is when it is sent, for the topic's retention might take it at
/// once.</remarks>
internal sealed class ReplayRules(string deadLetters, string? to, int mostReplays, Func<string, int?> partitionsOf)
{
    // Their documents are tokenized when it is found, and their values let go; what stands in the value is nothing, not an empty document.
    private static readonly string[] WithoutValue =
        [RejectionReason.RunFailed.Name(), RejectionReason.LabelTooLarge.Name(), RejectionReason.LabelRefused.Name()];

    /// <summary>The form in which a record is sent back.</summary>
    public ReplayVerdict Of(DeadLetterRecord record)
    {
        Provenance provenance = record.Provenance;
        if (provenance.Writer == DeadLetterWriter.Sluice)
        {
            string? omitted = Provenance.Text([.. record.Headers.Skip(DeadLetterHeaders.AddedFrom(record.Headers))],
                DeadLetterHeaders.OmittedValue);
            if (omitted is not null) return No($"its value was left out, for its topic did not take one of {omitted} bytes");
            if (record.Value is { Length: 0 } && WithoutValue.Contains(provenance.Reason))
                return No("its value was not kept; read the document from its source offset");
        }

        if (record.Replays >= mostReplays)
            return No($"it was sent back {record.Replays} times already, and --max-replays is {mostReplays}");
        if ((to ?? provenance.Topic) is not { } topic) return No("its headers name no topic that it came from; give --to TOPIC");
        if (topic == deadLetters) return No("it would go back into the dead-letter topic; give --to TOPIC");
        if (to is null && topic.StartsWith("__", StringComparison.Ordinal))
            return No($"topic '{topic}' is one of Kafka's own, by its name; give --to TOPIC");
        if (partitionsOf(topic) is not { } partitions) return No($"there is no topic '{topic}'; make it, or give --to TOPIC");
        int? partition = to is null && provenance.Partition < partitions ? provenance.Partition : null;
        return new(new OutboundRecord(topic, record.Key, record.Value, HeadersOf(record)), partition, "");
    }

    private static List<RecordHeader> HeadersOf(DeadLetterRecord record) =>
    [
        .. record.Headers.Where((header, at) =>
            !record.Provenance.Added(at) && header.Name is not (ReplayHeaders.From or ReplayHeaders.Count)),
        new(ReplayHeaders.From, Encoding.UTF8.GetBytes($"{record.Topic}:{record.Place}")),
        new(ReplayHeaders.Count, Encoding.UTF8.GetBytes((record.Replays + 1).ToString(CultureInfo.InvariantCulture))),
    ];

    private static ReplayVerdict No(string refusal) => new(null, null, refusal);
}

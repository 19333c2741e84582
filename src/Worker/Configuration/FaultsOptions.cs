using System.ComponentModel.DataAnnotations;

namespace Sluice.Worker.Configuration;

/// <summary>What the worker does where nothing moves, and where it cannot go on by itself. Section <c>Sluice:Faults</c>.</summary>
internal sealed record FaultsOptions
{
    public const string Section = "Sluice:Faults";

    /// <summary>How long a partition with a backlog may stand still before the log names it with the likely cause, health says so, and a
    /// client that gets nothing, though the brokers answer, is made anew.</summary>
    /// <value>5 s to 1 h. Default 30 s. Raise it where one batch of the model may take as long.</value>
    [Range(typeof(TimeSpan), "00:00:05", "01:00:00")]
    public TimeSpan StallAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Where reading of partitions goes on that hold a batch which cannot be read: what lies before is passed over, without a
    /// label or a dead-letter record.</summary>
    /// <value>Entries such as <c>mails:3:1200</c>: topic, partition, the first offset to read. Each acts only while the group's offset lies
    /// before it, so none ever jumps back. Default none; take it out after use.</value>
    public string[] SkipTo { get; init; } = [];
}

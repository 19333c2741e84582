using System.Globalization;
using Sluice.Worker.InFlight;

namespace Sluice.Cli.DeadLetters;

/// <summary>A record of a dead-letter topic.</summary>
/// <param name="Topic">The dead-letter topic.</param>
/// <param name="Partition">Its partition there.</param>
/// <param name="Offset">Its offset there.</param>
/// <param name="Time">When it was sent there; null where the broker keeps no time.</param>
/// <param name="Key">The key's bytes; null for none.</param>
/// <param name="Value">The value's bytes; null for a tombstone.</param>
/// <param name="Headers">Its headers in their order.</param>
internal sealed record DeadLetterRecord(string Topic, int Partition, long Offset, DateTimeOffset? Time, byte[]? Key, byte[]? Value,
    IReadOnlyList<RecordHeader> Headers)
{
    /// <summary>What its headers tell.</summary>
    public Provenance Provenance { get; } = Provenance.Of(Headers);

    /// <summary>Its place in the dead-letter topic, as <c>partition:offset</c>.</summary>
    public string Place => string.Create(CultureInfo.InvariantCulture, $"{Partition}:{Offset}");

    /// <summary>How often it was sent back already; what is none of our numbers counts as never.</summary>
    public int Replays
    {
        get
        {
            string? count = Provenance.Text(Headers, ReplayHeaders.Count);
            return int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int replays) ? replays : 0;
        }
    }
}

/// <summary>The headers of a record that was sent back, all UTF-8; they go on with whatever is made of it.</summary>
internal static class ReplayHeaders
{
    /// <summary>The dead-letter record that it was sent back from: <c>topic:partition:offset</c>.</summary>
    public const string From = "sluice.replay.from";

    /// <summary>How often it was sent back.</summary>
    public const string Count = "sluice.replay.count";
}

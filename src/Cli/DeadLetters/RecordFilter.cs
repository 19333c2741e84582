namespace Sluice.Cli.DeadLetters;

/// <summary>Which dead-letter records are meant. Immutable.</summary>
/// <param name="Reason">Those of this reason, letter for letter; null for any.</param>
/// <param name="Source">Those that came from this topic; null for any.</param>
/// <param name="Since">Those that were sent at this time or later; null for no bound.</param>
/// <param name="Until">Those that were sent before this time; null for no bound.</param>
internal sealed record RecordFilter(string? Reason = null, string? Source = null, DateTimeOffset? Since = null,
    DateTimeOffset? Until = null)
{
    /// <summary>Whether a record is meant. One without a time is none where a time is asked for.</summary>
    public bool Takes(DeadLetterRecord record) =>
        (Reason is null || record.Provenance.Reason == Reason)
        && (Source is null || record.Provenance.Topic == Source)
        && (Since is null || record.Time >= Since)
        && (Until is null || record.Time < Until);
}

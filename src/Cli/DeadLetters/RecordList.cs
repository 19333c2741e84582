using System.Globalization;

namespace Sluice.Cli.DeadLetters;

/// <summary>Prints dead-letter records as a table, one after another as they are read, and at the end how many there are of what. One
/// thread.</summary>
/// <param name="lines">Where it is printed.</param>
/// <param name="topic">The dead-letter topic.</param>
/// <param name="ranges">What is read of it: the width of a column follows.</param>
/// <param name="most">Records that are printed at most; all are counted.</param>
internal sealed class RecordList(LineWriter lines, string topic, IReadOnlyList<PartitionRange> ranges, int most)
{
    private const int ReasonWidth = 17; // of the worker's own reasons
    private const int MostCounted = 20; // different reasons, or topics: headers may name any number
    private const string TimeForm = "yyyy-MM-dd HH:mm:ss";

    private readonly int _placeWidth = ranges.Select(range => $"{range.Partition}:{range.End}".Length).Append("at".Length).Max();
    private readonly Dictionary<string, long> _reasons = [], _sources = [];
    private long _read, _found;
    private string? _first;

    /// <summary>Counts a record that was read, and prints it where it is meant.</summary>
    public void Add(DeadLetterRecord record, bool isMeant)
    {
        _read++;
        if (!isMeant) return;
        Provenance provenance = record.Provenance;
        Count(_reasons, provenance.Reason);
        Count(_sources, provenance.Topic ?? "?");
        if (_found++ >= most) return;
        if (_first is null) Head();
        _first ??= record.Place;
        string place = record.Place.PadRight(_placeWidth), reason = provenance.Reason.PadRight(ReasonWidth);
        int taken = place.Length + 2 + TimeForm.Length + 2 + reason.Length + 2;
        string row = $"[bold]{place}[/]  {TimeOf(record),-19}  [yellow]{reason}[/]  {lines.ForeignRest(provenance.Source, taken)}";
        string message = (record.Replays == 0 ? "" : $"(sent back {record.Replays}x) ") + provenance.Message;
        if (lines.Width is null)
        {
            lines.Write($"{row}  {lines.ForeignRest(message, 0)}");
            return;
        }

        lines.Write(row);
        if (message.Length == 0) return;
        lines.Write($"[grey]{new string(' ', place.Length + 2)}{lines.ForeignRest(message, place.Length + 2)}[/]");
    }

    /// <summary>Prints the counts.</summary>
    public void End()
    {
        if (_first is not null) lines.Write("");
        string shown = _found > most ? $"; the first {Number(most)} are shown (--max)" : "";
        lines.Write((_found == _read ? "" : $"{Number(_found)} of ") + $"{Records(_read)} in {topic}{shown}");
        if (_found == 0) return;
        Told("by reason", _reasons);
        Told("from", _sources);
        lines.Write($"[grey]One whole: ./sluice dlq show {topic}:{_first}[/]");
    }

    private void Head() => lines.Write($"[grey]{"at".PadRight(_placeWidth)}  {"time (UTC)",-19}  {"reason",-ReasonWidth}  from"
        + (lines.Width is null ? "  message[/]" : "[/]"));

    private static string TimeOf(DeadLetterRecord record) =>
        record.Time?.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture) ?? "?";

    private static void Count(Dictionary<string, long> counts, string name)
    {
        if (!counts.ContainsKey(name) && counts.Count >= MostCounted) name = "others";
        counts[name] = counts.GetValueOrDefault(name) + 1;
    }

    private void Told(string what, Dictionary<string, long> counts)
    {
        lines.Write($"[grey]{what}[/]");
        foreach ((string name, long count) in counts.OrderByDescending(count => count.Value)
            .ThenBy(count => count.Key, StringComparer.Ordinal)) lines.Write($"{Number(count),10}  {name}");
    }

    private static string Records(long count) => count == 1 ? "1 record" : $"{Number(count)} records";

    private static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);
}

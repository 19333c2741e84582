using System.Collections.Frozen;
using System.Text;
using Sluice.Worker.InFlight;

namespace Sluice.Worker.Control;

/// <summary>The least that each document may be labelled with: the index of a rung. Immutable and thread-safe.</summary>
/// <remarks>A topic's own floor stands in the place of the one of all; a record's header may only raise it. So no document can ask for less
/// than its topic allows.</remarks>
internal sealed class Floors
{
    /// <summary>So many headers of the name are read of a record, which may have a hundred thousand of them.</summary>
    public const int MostHeaders = 8;

    private const int MostHeaderBytes = 32; // longer than any mode or accuracy

    private readonly int _byDefault;
    private readonly FrozenDictionary<string, int> _topics;
    private readonly string _header;
    private readonly ModeLadder _ladder;
    private readonly Func<string, double?> _accuracyOf;

    /// <param name="ladder">Where the indices are from.</param>
    /// <param name="byDefault">The floor of topics that have none of their own.</param>
    /// <param name="topics">The others'.</param>
    /// <param name="header">The header's name; empty for none.</param>
    /// <param name="accuracyOf">The accuracy that a header's text asks for; null where it is no floor. Pure.</param>
    public Floors(ModeLadder ladder, int byDefault, IEnumerable<KeyValuePair<string, int>> topics, string header,
        Func<string, double?> accuracyOf)
    {
        (_ladder, _byDefault, _header, _accuracyOf) = (ladder, byDefault, header, accuracyOf);
        _topics = topics.ToFrozenDictionary(StringComparer.Ordinal);
        Lowest = _topics.Values.Append(byDefault).Max();
    }

    /// <summary>The lowest of all: nothing is ever labelled below it.</summary>
    public int Lowest { get; }

    /// <summary>The floor of a document: the index of its last allowed rung.</summary>
    /// <param name="record">The document's.</param>
    /// <param name="unreadable">Whether a header's value was no floor, or one that no rung meets, or there were more than
    /// <see cref="MostHeaders"/> of the name: the strictest holds then.</param>
    /// <remarks>Looks at no header where the topic's floor is the strictest, and at none behind one that asks for it.</remarks>
    public int Of(Envelope record, out bool unreadable)
    {
        int floor = _topics.GetValueOrDefault(record.Source.Partition.Topic, _byDefault);
        unreadable = false;
        if (_header.Length == 0) return floor;
        int seen = 0;
        foreach (RecordHeader header in record.Headers)
        {
            if (floor == 0) break;
            if (header.Name != _header) continue;
            int? asked = ++seen <= MostHeaders ? Read(header.Value) : null;
            unreadable = asked is null;
            floor = Math.Min(floor, asked ?? 0); // of several the strictest
        }

        return floor;
    }

    private int? Read(byte[]? value) => value is { Length: > 0 and <= MostHeaderBytes }
        && _accuracyOf(Encoding.UTF8.GetString(value)) is { } accuracy ? _ladder.LeastOf(accuracy) : null;
}

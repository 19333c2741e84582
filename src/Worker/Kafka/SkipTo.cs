using System.Globalization;
using Sluice.Worker.Configuration;
using Sluice.Worker.InFlight;

namespace Sluice.Worker.Kafka;

/// <summary>One entry of <see cref="FaultsOptions.SkipTo"/>: where reading of a partition goes on by hand.</summary>
/// <param name="Partition">Which.</param>
/// <param name="Offset">The first offset to read, 1 or more.</param>
internal readonly record struct SkipTo(SourcePartition Partition, long Offset)
{
    /// <summary>Reads <c>TOPIC:PARTITION:OFFSET</c>; null where it is none.</summary>
    public static SkipTo? Parse(string text)
    {
        string[] parts = text.Split(':');
        return parts.Length == 3 && parts[0].Length > 0
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int partition)
            && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out long offset) && offset > 0
                ? new SkipTo(new SourcePartition(parts[0], partition), offset) : null;
    }

    /// <summary>What is wrong with the entries, a sentence each.</summary>
    public static IEnumerable<string> FaultsOf(FaultsOptions options)
    {
        const string name = $"{FaultsOptions.Section}:{nameof(FaultsOptions.SkipTo)}";
        for (int i = 0; i < options.SkipTo.Length; i++)
            if (Parse(options.SkipTo[i]) is null)
                yield return $"{name}:{i} is {Shown.Misread(options.SkipTo[i], [])}, which is not TOPIC:PARTITION:OFFSET; give the first "
                    + "offset that is to be read, such as mails:3:1200.";
        foreach (var twice in options.SkipTo.Select(Parse).OfType<SkipTo>().GroupBy(entry => entry.Partition).Where(g => g.Count() > 1))
            yield return $"{name} names {twice.Key} {twice.Count()} times; keep the one that is meant.";
    }
}

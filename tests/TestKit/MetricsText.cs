using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace TestKit;

/// <summary>A strict reader of OpenMetrics 1.0 text (prometheus.io/docs/specs/om/open_metrics_spec) and of the Prometheus text format 0.0.4
/// as far as it is alike: what is not allowed is a <see cref="FormatException"/> that names the line.</summary>
public sealed partial class MetricsText
{
    private const string OneLabel = "[a-zA-Z_][a-zA-Z0-9_]*=\"([^\"\\\\]|\\\\.)*\"";

    private readonly Dictionary<string, MetricsFamily> _families = [];

    private MetricsText()
    {
    }

    /// <summary>By name; a counter's is without <c>_total</c> in OpenMetrics, and with it in Prometheus's format.</summary>
    public IReadOnlyDictionary<string, MetricsFamily> Families => _families;

    /// <summary>All samples, as <c>name{label="value"}</c>.</summary>
    public IReadOnlyDictionary<string, double> Samples => _families.Values.SelectMany(family => family.Samples)
        .ToDictionary(sample => sample.Series, sample => sample.Value);

    /// <summary>Reads all of it.</summary>
    public static MetricsText Read(string text, bool openMetrics)
    {
        MetricsText read = new();
        Require(text.EndsWith('\n') && !text.Contains('\r'), "the end", "lines end with a line feed, and so does the last");
        string[] lines = text[..^1].Split('\n');
        if (openMetrics)
        {
            Require(lines[^1] == "# EOF", lines[^1], "the last line is # EOF");
            lines = lines[..^1];
        }

        MetricsFamily? family = null;
        foreach (string line in lines)
        {
            if (line.StartsWith('#')) read.ReadDescription(line, ref family);
            else ReadSample(line, family, openMetrics);
        }

        foreach (MetricsFamily one in read._families.Values) one.Check(openMetrics);
        return read;
    }

    private void ReadDescription(string line, ref MetricsFamily? family)
    {
        Match match = Description().Match(line);
        Require(match.Success, line, "a line with # is of HELP, TYPE or UNIT");
        string name = match.Groups["name"].Value, text = match.Groups["text"].Value;
        if (family?.Name != name)
        {
            family = new MetricsFamily(name);
            Require(_families.TryAdd(name, family), line, "the lines of a family stand together");
        }

        Require(family.Samples.Count == 0, line, "descriptions stand before samples");
        Require(family.Descriptions.TryAdd(match.Groups["kind"].Value, text), line, "each description once");
        Unescape(text, line);
    }

    private static void ReadSample(string line, MetricsFamily? family, bool openMetrics)
    {
        Match match = Sample().Match(line);
        Require(match.Success, line, "a sample is name{labels} value");
        string name = match.Groups["name"].Value;
        Require(family is not null && Suffixes(family.Type, openMetrics).Any(suffix => name == family.Name + suffix), line,
            "a sample's name is its family's, with a suffix of its type");
        Dictionary<string, string> labels = [];
        foreach (Match label in Label().Matches(match.Groups["labels"].Value))
            Require(labels.TryAdd(label.Groups["name"].Value, Unescape(label.Groups["value"].Value, line)), line, "each label once");
        string value = match.Groups["value"].Value;
        family!.Samples.Add(new MetricsSample(name, labels, value switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            "Infinity" when !openMetrics => double.PositiveInfinity, // the older format takes what Go's ParseFloat does
            "-Infinity" when !openMetrics => double.NegativeInfinity,
            _ when value.Contains("Inf", StringComparison.Ordinal) => throw new FormatException($"no number: {line}"),
            "NaN" => double.NaN,
            _ => double.Parse(value, NumberStyles.Float, CultureInfo.InvariantCulture),
        }));
    }

    private static string[] Suffixes(string type, bool openMetrics) => type switch
    {
        "counter" => openMetrics ? ["_total", "_created"] : [""],
        "gauge" => [""],
        "histogram" => ["_bucket", "_count", "_sum", .. openMetrics ? ["_created"] : Array.Empty<string>()],
        _ => [],
    };

    private static string Unescape(string text, string line)
    {
        StringBuilder plain = new();
        for (int at = 0; at < text.Length; at++)
        {
            if (text[at] != '\\')
            {
                plain.Append(text[at]);
                continue;
            }

            at++;
            Require(at < text.Length && text[at] is '\\' or '"' or 'n', line, "a backslash escapes a backslash, a quote or a line feed");
            plain.Append(text[at] == 'n' ? '\n' : text[at]);
        }

        return plain.ToString();
    }

    internal static void Require(bool holds, string line, string rule)
    {
        if (!holds) throw new FormatException($"{rule}: {line}");
    }

    [GeneratedRegex(@"^# (?<kind>HELP|TYPE|UNIT) (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<text>.+)\z")]
    private static partial Regex Description();

    [GeneratedRegex(@"^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>" + OneLabel + "(," + OneLabel + @")*)\})? "
        + @"(?<value>[+-]?(Inf|Infinity|[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?)|NaN)\z")]
    private static partial Regex Sample();

    [GeneratedRegex("""(?<name>[a-zA-Z_][a-zA-Z0-9_]*)="(?<value>([^"\\]|\\.)*)"(,|\z)""")]
    private static partial Regex Label();
}

/// <summary>A metric with its samples.</summary>
public sealed record MetricsFamily(string Name)
{
    public Dictionary<string, string> Descriptions { get; } = [];

    public List<MetricsSample> Samples { get; } = [];

    /// <summary>Of its TYPE line; <c>unknown</c> without one.</summary>
    public string Type => Descriptions.GetValueOrDefault("TYPE", "unknown");

    internal void Check(bool openMetrics)
    {
        MetricsText.Require(Samples.Select(sample => sample.Series).Distinct().Count() == Samples.Count, Name, "each series once");
        MetricsText.Require(!openMetrics || Type != "counter" || !Name.EndsWith("_total", StringComparison.Ordinal), Name,
            "a counter's family has no _total");
        foreach (MetricsSample sample in Samples.Where(_ => Type is "counter" or "histogram"))
            MetricsText.Require(sample.Value >= 0, sample.Series, "a count is no less than 0");
        if (Type == "histogram") CheckBuckets();
    }

    private void CheckBuckets()
    {
        double[] bounds = [.. Of("_bucket").Select(bucket => bucket.Labels["le"] == "+Inf" ? double.PositiveInfinity
            : double.Parse(bucket.Labels["le"], CultureInfo.InvariantCulture))];
        double[] counts = [.. Of("_bucket").Select(bucket => bucket.Value)];
        MetricsText.Require(bounds.Order().SequenceEqual(bounds) && bounds[^1] == double.PositiveInfinity, Name, "buckets rise to +Inf");
        MetricsText.Require(counts.Order().SequenceEqual(counts) && counts[^1] == Of("_count").Single().Value, Name,
            "buckets hold those below them, and the last all");
    }

    private IEnumerable<MetricsSample> Of(string suffix) => Samples.Where(sample => sample.Name == Name + suffix);
}

/// <summary>One value.</summary>
public sealed record MetricsSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value)
{
    /// <summary>As <c>name{label="value"}</c>.</summary>
    public string Series => Labels.Count == 0 ? Name
        : $"{Name}{{{string.Join(',', Labels.Select(label => $"{label.Key}=\"{label.Value}\""))}}}";
}

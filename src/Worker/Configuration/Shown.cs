using System.Globalization;
using System.Text.RegularExpressions;

namespace Sluice.Worker.Configuration;

/// <summary>What a message may show of what was set: every message that speaks of a value asks here.</summary>
/// <remarks>
/// A value is shown where it is known to be harmless: a number, a time, a flag or a word of a list where such a one is asked for, and what
/// the named settings hold, which Kafka, the labels and the log show anyway. For all else stands ***: a password, what is set under a name
/// that nobody knows, and what was set in the wrong place may each be a secret.
/// </remarks>
internal static partial class Shown
{
    public const string Hidden = "***";
    private const int LongestShown = 300;

    private static readonly HashSet<string> Harmless = new(StringComparer.OrdinalIgnoreCase)
    {
        "Kafka:BootstrapServers", "Kafka:GroupId", "Kafka:InputTopics", "Kafka:OutputTopic", "Kafka:DeadLetterTopic",
        "Input:TextFields", "Input:OptionalFields", "Input:IdField", "Output:CopyFields", "Registry:CaFile", "Registry:ClientCertFile",
        "Model:Path", "Model:Mode", "Batching:CostFolder", "Control:FloorHeader",
    };

    // Of librdkafka's settings: those that name a choice, a file or a client. Numbers of some units, and flags, are shown besides.
    private static readonly HashSet<string> HarmlessOfClients = new(StringComparer.Ordinal)
    {
        "auto.offset.reset", "broker.address.family", "client.dns.lookup", "client.id", "client.rack", "compression.codec",
        "compression.type", "debug", "group.instance.id", "group.protocol", "group.remote.assignor", "isolation.level",
        "partition.assignment.strategy", "partitioner", "queuing.strategy", "sasl.kerberos.service.name", "sasl.mechanism",
        "sasl.mechanisms", "sasl.oauthbearer.method", "security.protocol", "ssl.ca.location", "ssl.certificate.location",
        "ssl.crl.location", "ssl.endpoint.identification.algorithm", "ssl.key.location", "ssl.keystore.location",
    };

    /// <summary>What a setting holds, in quotes where it is text, or ***.</summary>
    /// <param name="path">The setting, with or without the leading <c>Sluice:</c>.</param>
    /// <param name="value">As it was bound: a number, a time, a flag, a word of an enumeration, a text or a list of texts.</param>
    public static string Of(string path, object value) => value switch
    {
        string text => IsHarmless(path, text) ? $"'{text}'" : Hidden,
        string[] texts => texts.All(text => IsHarmless(path, text)) ? string.Join(", ", texts.Select(text => $"'{text}'")) : Hidden,
        bool flag => flag ? "true" : "false",
        Enum or TimeSpan or int or long or double or float => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        _ => Hidden,
    };

    /// <summary>What stands where a number, a time, a flag or a word was expected and is none: shown if it looks like one, or is a slip of
    /// the pen away from one of the words.</summary>
    /// <param name="text">As it was given.</param>
    /// <param name="words">The words, where only some are allowed.</param>
    public static string Misread(string text, IEnumerable<string>? words = null)
    {
        string[] allowed = words is null ? ["true", "false"] : [.. words];
        return NumberOrTime().IsMatch(text) || NearestName.Of(text, allowed) is not null ? $"'{text}'" : Hidden;
    }

    /// <summary>An argument of the command line that fits nowhere: of an option its name, of anything else a number, or ***.</summary>
    public static string Argument(string argument) =>
        NameOfOption().Match(argument) is { Success: true } name ? $"'{name.Value}'"
        : NumberOrTime().IsMatch(argument) ? $"'{argument}'"
        : Hidden;

    /// <summary>Whether a setting's text may stand in a message.</summary>
    /// <param name="path">The setting, with or without the leading <c>Sluice:</c>; an entry of a list by the list's name.</param>
    /// <param name="text">What it holds.</param>
    public static bool IsHarmless(string path, string text)
    {
        string name = path.StartsWith("Sluice:", StringComparison.OrdinalIgnoreCase) ? path["Sluice:".Length..] : path;
        if (text.Length > LongestShown || text.Any(char.IsControl)) return false;
        return PassedThrough().Match(name) is { Success: true } client
            ? IsHarmlessOfClient(client.Groups["name"].Value.Replace('_', '.'), text)
            : Address(name, text) ?? (Harmless.Contains(EntryOfList().Replace(name, "")) || IsFloor(name, text)
                || IsFormat(name, text));
    }

    // Of a format that there is not, the name: it is what was mistaken.
    private static bool IsFormat(string name, string text) => Word().IsMatch(text)
        && name.ToUpperInvariant() is "INPUT:FORMAT" or "INPUT:ENVELOPE" or "OUTPUT:FORMAT";

    private static bool IsFloor(string name, string text) => FloorText.IsFloor(text)
        && (name.Equals("Control:Floor", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("Control:TopicFloors:", StringComparison.OrdinalIgnoreCase));

    private static bool IsHarmlessOfClient(string name, string text) =>
        HarmlessOfClients.Contains(name) || text is "true" or "false"
            || (NumberOfUnit().IsMatch(name) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _));

    /// <summary>Whether an address holds no user, password or token; null for a setting that is no address.</summary>
    private static bool? Address(string name, string text) => name.ToUpperInvariant() switch
    {
        "KAFKA:BOOTSTRAPSERVERS" => !text.Contains('@'),
        "REGISTRY:URL" => Uri.TryCreate(text, UriKind.Absolute, out Uri? url)
            && url is { Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "" },
        "METRICS:HOST" => MetricsOptions.IsHost(text),
        _ => null,
    };

    [GeneratedRegex("^[-+]?[0-9][0-9.,:_]{0,30} ?(ms|s|sec|min|m|h|d|[KMG]i?B?|%)?$", RegexOptions.IgnoreCase)]
    private static partial Regex NumberOrTime();

    // Behind one dash stands one letter; what follows it is its value: -pPASSWORD.
    [GeneratedRegex(@"^(--[A-Za-z][A-Za-z-]*(:[A-Za-z]+)?|-[A-Za-z])(?=[:=]|\z)")]
    private static partial Regex NameOfOption();

    [GeneratedRegex(@"\.(ms|bytes|kbytes|messages|size|max|min|level|connections)$")]
    private static partial Regex NumberOfUnit();

    [GeneratedRegex("^Kafka:(Common|Consumer|Producer):(?<name>.*)$", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex PassedThrough();

    [GeneratedRegex("^[A-Za-z]{1,16}$")]
    private static partial Regex Word();

    [GeneratedRegex(":[0-9]+$")]
    private static partial Regex EntryOfList();
}

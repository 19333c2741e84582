using System.Text.RegularExpressions;

namespace Worker.Tests.Infra;

/// <summary>One alert of infra/prometheus/alerts.yml.</summary>
/// <remarks>Its expression may name what the file records.</remarks>
internal sealed partial record AlertRule(
    string Name, string Expression, Dictionary<string, object> Labels, Dictionary<string, object> Annotations)
{
    public static IReadOnlyList<AlertRule> All { get; } =
    [
        .. from @group in YamlTree.Items(YamlTree.Read("infra/prometheus/alerts.yml")["groups"]).Select(YamlTree.Map)
           from rule in YamlTree.Items(@group["rules"]).Select(YamlTree.Map)
           where rule.ContainsKey("alert")
           select new AlertRule(
               (string)rule["alert"], (string)rule["expr"], YamlTree.Map(rule["labels"]), YamlTree.Map(rule["annotations"])),
    ];

    /// <summary>The metrics that the file's expressions name, those that it records among them.</summary>
    public static IReadOnlyList<string> Metrics { get; } =
    [
        .. YamlTree.Items(YamlTree.Read("infra/prometheus/alerts.yml")["groups"]).Select(YamlTree.Map)
            .SelectMany(@group => YamlTree.Items(@group["rules"])).Select(YamlTree.Map)
            .SelectMany(rule => Metric().Matches((string)rule["expr"])).Select(match => match.Value).Distinct(),
    ];

    /// <summary>What the file records, to be named by its alerts.</summary>
    public static IReadOnlyList<string> Recorded { get; } =
    [
        .. YamlTree.Items(YamlTree.Read("infra/prometheus/alerts.yml")["groups"]).Select(YamlTree.Map)
            .SelectMany(@group => YamlTree.Items(@group["rules"])).Select(YamlTree.Map)
            .Where(rule => rule.ContainsKey("record")).Select(rule => (string)rule["record"]),
    ];

    [GeneratedRegex("\\bsluice[_:][a-z0-9_]+")]
    private static partial Regex Metric();
}

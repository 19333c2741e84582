using System.Text.RegularExpressions;

namespace Worker.Tests.Infra;

/// <summary>One alert of infra/prometheus/alerts.yml.</summary>
internal sealed partial record AlertRule(
    string Name, string Expression, Dictionary<string, object> Labels, Dictionary<string, object> Annotations)
{
    public static IReadOnlyList<AlertRule> All { get; } =
    [
        .. from @group in YamlTree.Items(YamlTree.Read("infra/prometheus/alerts.yml")["groups"]).Select(YamlTree.Map)
           from rule in YamlTree.Items(@group["rules"]).Select(YamlTree.Map)
           select new AlertRule(
               (string)rule["alert"], (string)rule["expr"], YamlTree.Map(rule["labels"]), YamlTree.Map(rule["annotations"])),
    ];

    /// <summary>What it reads of the worker's, without what a histogram's name ends in.</summary>
    public IEnumerable<string> Metrics => Metric().Matches(Expression).Select(match => match.Value).Distinct();

    [GeneratedRegex("\\bsluice_[a-z0-9_]+")]
    private static partial Regex Metric();
}

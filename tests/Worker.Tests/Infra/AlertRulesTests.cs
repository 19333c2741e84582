using System.Text.RegularExpressions;

namespace Worker.Tests.Infra;

/// <summary>What every alert has; when each fires is infra/prometheus/alerts.test.yml's, which promtool runs.</summary>
public sealed partial class AlertRulesTests
{
    private static readonly string[] Operations = File.ReadAllLines(Path.Combine(RepositoryRoot.Find(), "docs", "operations.md"));

    [Fact]
    public void Each_says_how_bad_it_is_whom_it_is_about_and_what_to_do() => Assert.All(AlertRule.All, rule =>
    {
        Assert.StartsWith("Sluice", rule.Name, StringComparison.Ordinal);
        Assert.Contains((string)rule.Labels["severity"], (IEnumerable<string>)["warning", "critical"]);
        Assert.Equal(["summary", "description", "runbook"], rule.Annotations.Keys);
        Assert.Contains("$labels.job", (string)rule.Annotations["description"], StringComparison.Ordinal);
        string who = rule.Name is "SluiceDeadLetterShare" or "SluiceRebalanceStorm" ? "$labels.job" : "$labels.instance"; // of a group
        Assert.Contains(who, (string)rule.Annotations["summary"], StringComparison.Ordinal);
    });

    [Fact]
    public void Each_goes_by_metrics_that_there_are()
    {
        HashSet<string> known =
        [
            .. File.ReadAllLines(Path.Combine(RepositoryRoot.Find(), "docs", "metrics.md"))
                .Select(line => Row().Match(line)).Where(row => row.Success).Select(row => row.Groups["name"].Value),
        ];
        Assert.NotEmpty(AlertRule.Metrics);
        Assert.Empty(AlertRule.Metrics.Except(known).Except(AlertRule.Recorded));
    }

    [Fact]
    public void Each_has_a_section_that_its_runbook_links() => Assert.All(AlertRule.All, rule =>
    {
        Assert.Equal("docs/operations.md#" + rule.Name.ToLowerInvariant(), rule.Annotations["runbook"]);
        Assert.Contains($"### {rule.Name}", Operations);
    });

    [Fact]
    public void No_section_is_of_an_alert_that_there_is_not() => Assert.Equal(
        AlertRule.All.Select(rule => rule.Name),
        Operations.Select(line => Heading().Match(line)).Where(heading => heading.Success).Select(heading => heading.Groups["name"].Value));

    [Fact]
    public void Each_is_tested_for_when_it_fires_and_for_when_not() => Assert.All(AlertRule.All, rule =>
    {
        Dictionary<string, object>[] cases =
        [
            .. YamlTree.Items(YamlTree.Read("infra/prometheus/alerts.test.yml")["tests"]).Select(YamlTree.Map)
                .Where(test => test.ContainsKey("alert_rule_test")).SelectMany(test => YamlTree.Items(test["alert_rule_test"]))
                .Select(YamlTree.Map).Where(test => (string)test["alertname"] == rule.Name),
        ];
        Assert.Contains(cases, test => YamlTree.Items(test["exp_alerts"]).Count > 0);
        Assert.Contains(cases, test => YamlTree.Items(test["exp_alerts"]).Count == 0);
    });

    [Fact]
    public void Prometheus_reads_the_rules_and_knows_the_job_that_they_name()
    {
        Dictionary<string, object> config = YamlTree.Read("infra/prometheus/prometheus.yml");
        Assert.Equal(["alerts.yml"], YamlTree.Items(config["rule_files"]));
        object job = YamlTree.Map(Assert.Single(YamlTree.Items(config["scrape_configs"])))["job_name"];
        Assert.All(AlertRule.All.SelectMany(rule => Job().Matches(rule.Expression)), named => Assert.Equal(job, named.Groups["job"].Value));
    }

    [GeneratedRegex("^### (?<name>Sluice[A-Za-z]+)$")]
    private static partial Regex Heading();

    [GeneratedRegex("^\\| `(?<name>sluice_[a-z0-9_]+)` \\|")]
    private static partial Regex Row();

    [GeneratedRegex("\\bjob=\"(?<job>[^\"]*)\"")]
    private static partial Regex Job();
}

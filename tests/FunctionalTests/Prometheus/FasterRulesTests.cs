using System.Text.RegularExpressions;

namespace FunctionalTests.Prometheus;

public sealed partial class FasterRulesTests
{
    private static readonly string Rules = File.ReadAllText(Path.Combine(RepositoryRoot.Find(), "infra", "prometheus", "alerts.yml"));

    [Fact]
    public void Durations_are_divided_and_nothing_else_is_touched() => Assert.Equal(
        "    interval: 500ms\n      # for: 2m of calm\n      - alert: A\n        expr: a[4000ms] > 60 and b[120000ms] > 2\n"
            + "        for: 4000ms\n        summary: 'for 2m'\n",
        FasterRules.Divide(
            "    interval: 15s\n      # for: 2m of calm\n      - alert: A\n        expr: a[2m] > 60 and b[1h] > 2\n        for: 2m\n"
                + "        summary: 'for 2m'\n",
            factor: 30));

    [Fact]
    public void A_duration_that_would_be_none_is_refused() =>
        Assert.Throws<ArgumentException>(() => FasterRules.Divide("  for: 1s\n", factor: 1001));

    /// <summary>Each for, each interval and each range is found: what a plain search finds of them.</summary>
    [Fact]
    public void All_durations_of_our_rules_are_found()
    {
        Assert.Equal(Plain().Count(Comment().Replace(Rules, "")), FasterRules.Count(Rules));
        Assert.NotEqual(0, FasterRules.Count(Rules));
    }

    [Fact]
    public void What_differs_is_durations_alone()
    {
        string faster = FasterRules.Divide(Rules, factor: 30);
        Assert.Equal(AnyDuration().Replace(Rules, "?"), AnyDuration().Replace(faster, "?"));
    }

    [GeneratedRegex(@"\bfor: |\binterval: |\[[0-9]")]
    private static partial Regex Plain();

    [GeneratedRegex("^ *#.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\b[0-9]+(ms|s|m|h)\b")]
    private static partial Regex AnyDuration();
}

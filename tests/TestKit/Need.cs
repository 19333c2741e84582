using System.Diagnostics.CodeAnalysis;

namespace TestKit;

/// <summary>
/// Something that a few tests need beyond the .NET SDK and the clone. Where it is not had they are skipped and counted; where
/// <c>SLUICE_TEST_REQUIRE</c> names it, they fail.
/// </summary>
/// <param name="Name">As SLUICE_TEST_REQUIRE and eng/run-tests know it.</param>
/// <param name="Way">How to have it, in a few words.</param>
internal sealed record Need(string Name, string Way)
{
    public static readonly Need
        Kafka = new("kafka", "name a broker in SLUICE_TEST_KAFKA (host:port), or start Docker"),
        KafkaCrash = new("kafka-crash", "have SLUICE_SHARED name a folder with a script kafka/kafka that starts and kills brokers"),
        Registry = new("registry", "name a schema registry in SLUICE_TEST_REGISTRY (an http address), or start Docker"),
        Node = new("node", "have node 20 or newer on the PATH"),
        NodeSerializers = new("node-serializers",
            "install the npm package @confluentinc/schemaregistry@1.10.1 and name its node_modules in SLUICE_TEST_NODE_MODULES"),
        Chroot = new("chroot", "run as root where `unshare --mount` works, on Debian"),
        Texts = new("texts", "name a folder with wordpiece/cases.jsonl.gz in SLUICE_TEST_TEXTS"),
        Prometheus = new("prometheus", "name a folder with prometheus and promtool in SLUICE_TEST_PROMETHEUS, or have them on the PATH"),
        Packages = new("packages", "have a NuGet source within reach, or the packages of this build in NuGet's folder");

    public static IReadOnlyList<Need> All { get; } =
        [Kafka, KafkaCrash, Registry, Node, NodeSerializers, Chroot, Texts, Prometheus, Packages];

    private static readonly Lazy<IReadOnlySet<Need>> Required = new(() => Parse(Environment.GetEnvironmentVariable("SLUICE_TEST_REQUIRE")));

    /// <summary>The needs that a list names: their names with commas between, or <c>all</c>.</summary>
    /// <exception cref="ArgumentException">A name is none of <see cref="All"/>.</exception>
    public static IReadOnlySet<Need> Parse(string? list)
    {
        HashSet<Need> named = [];
        foreach (string name in (list ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            Need[] found = [.. All.Where(need => name == "all" || need.Name == name)];
            if (found.Length == 0)
            {
                string known = string.Join(' ', All.Select(need => need.Name));
                throw new ArgumentException($"SLUICE_TEST_REQUIRE names '{name}'. Give some of: all {known}");
            }


            named.UnionWith(found);
        }

        return named;
    }

    /// <summary>Ends the test: skipped, or failed where it may not be.</summary>
    /// <param name="why">What was looked for and not found; part of a sentence.</param>
    [DoesNotReturn]
    public void Missing(string why) => Missing(why, Required.Value);

    [DoesNotReturn]
    internal void Missing(string why, IReadOnlySet<Need> required)
    {
        if (required.Contains(this)) Assert.Fail($"SLUICE_TEST_REQUIRE asks for {Name}, but {why}. Either {Way}, or do not ask for it.");
        Assert.Skip($"Needs {Name}: {why}. To run it, {Way}.");
    }
}

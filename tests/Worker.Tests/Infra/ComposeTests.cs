using System.Text.RegularExpressions;

namespace Worker.Tests.Infra;

/// <summary>docker-compose.yml, as far as it can be held without an engine: its form, its order of start, and what it names.</summary>
public sealed partial class ComposeTests
{
    private static readonly Dictionary<string, object> File = YamlTree.Read("docker-compose.yml");

    private static readonly Dictionary<string, Dictionary<string, object>> Services =
        YamlTree.Map(File["services"]).ToDictionary(service => service.Key, service => YamlTree.Map(service.Value));

    /// <summary>The keys that we use, and of which kind the Compose Specification has each.</summary>
    private static readonly Dictionary<string, Type[]> Kinds = new()
    {
        ["image"] = [typeof(string)],
        ["build"] = [typeof(Dictionary<string, object>)],
        ["command"] = [typeof(List<object>)],
        ["entrypoint"] = [typeof(List<object>)],
        ["environment"] = [typeof(Dictionary<string, object>)],
        ["ports"] = [typeof(List<object>)],
        ["volumes"] = [typeof(List<object>)],
        ["depends_on"] = [typeof(Dictionary<string, object>)],
        ["healthcheck"] = [typeof(Dictionary<string, object>)],
        ["restart"] = [typeof(string)],
        ["read_only"] = [typeof(string)],
        ["tmpfs"] = [typeof(List<object>)],
        ["cap_drop"] = [typeof(List<object>)],
        ["security_opt"] = [typeof(List<object>)],
        ["stop_grace_period"] = [typeof(string)],
    };

    public static TheoryData<string> Names => [.. Services.Keys];

    [Fact]
    public void It_has_the_parts_that_a_run_needs() => Assert.Equal(
        ["kafka", "load", "prometheus", "registry", "topics", "worker"], Services.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_service_has_keys_that_there_are_of_the_kind_that_they_have(string name)
    {
        Assert.Empty(File.Keys.Except(["name", "services", "volumes"]));
        Assert.All(Services[name], pair =>
            Assert.True(Kinds.TryGetValue(pair.Key, out Type[]? kinds) && kinds.Contains(pair.Value.GetType()), $"{name}: {pair.Key}"));
        Assert.True(Services[name].ContainsKey("image") ^ Services[name].ContainsKey("build"), "an image or a build");
        if (Services[name].TryGetValue("environment", out object? environment))
            Assert.All(YamlTree.Map(environment).Values, value => Assert.IsType<string>(value));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_image_has_a_whole_version(string name)
    {
        if (Services[name].TryGetValue("image", out object? image))
            Assert.Matches(@"^[a-z]+/[a-z-]+:v?[0-9]+\.[0-9]+\.[0-9]+$", (string)image);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_waits_for_what_tells_that_it_is_well_or_has_ended(string name) => Assert.All(Waits(name), wait =>
    {
        Assert.True(Services.TryGetValue(wait.Key, out Dictionary<string, object>? other), $"{wait.Key} is no service");
        string condition = (string)YamlTree.Map(wait.Value)["condition"];
        bool hasCheck = other.ContainsKey("healthcheck"), ends = (string)other["restart"] == "no";
        Assert.Equal(hasCheck ? "service_healthy" : ends ? "service_completed_successfully" : "service_started", condition);
    });

    [Fact]
    public void They_start_in_an_order_that_has_an_end()
    {
        HashSet<string> started = [];
        while (started.Count < Services.Count)
        {
            string[] next = [.. Services.Keys.Where(name => !started.Contains(name) && Waits(name).Keys.All(started.Contains))];
            Assert.True(next.Length > 0, $"{string.Join(", ", Services.Keys.Except(started))} wait for each other");
            started.UnionWith(next);
        }

        Assert.Equal(["registry", "topics"], Waits("worker").Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_ports_are_on_the_loopback_interface(string name)
    {
        if (Services[name].TryGetValue("ports", out object? ports))
            Assert.All(YamlTree.Items(ports), port => Assert.Matches(@"^127\.0\.0\.1:[0-9]+:[0-9]+$", (string)port));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_it_mounts_is_there_and_read_only_or_a_volume(string name)
    {
        if (!Services[name].TryGetValue("volumes", out object? volumes)) return;
        Assert.All(YamlTree.Items(volumes).Cast<string>(), volume =>
        {
            string source = volume.Split(':')[0];
            if (source[0] != '.')
            {
                Assert.Contains(source, YamlTree.Map(File["volumes"]).Keys);
                return;
            }

            Assert.EndsWith(":ro", volume, StringComparison.Ordinal);
            Assert.True(Path.Exists(Path.Combine(RepositoryRoot.Find(), source)), $"{source} is not there");
        });
    }

    [Fact]
    public void The_worker_s_settings_are_such()
    {
        Dictionary<string, object> settings = YamlTree.Map(Services["worker"]["environment"]);
        Assert.All(settings.Keys, name => Assert.True(SettingNames.Knows(name), $"{name} is no setting of docs/configuration.md"));
        Assert.DoesNotContain(settings.Keys, name => Secret().IsMatch(name));
    }

    [Fact]
    public void The_worker_writes_nothing_of_its_image_and_has_no_rights()
    {
        Assert.Equal("true", Services["worker"]["read_only"]);
        Assert.Equal(["ALL"], YamlTree.Items(Services["worker"]["cap_drop"]));
        Assert.Equal(["no-new-privileges:true"], YamlTree.Items(Services["worker"]["security_opt"]));
    }

    [Fact]
    public void Topics_of_the_worker_are_those_that_are_made_and_written()
    {
        Dictionary<string, object> worker = YamlTree.Map(Services["worker"]["environment"]);
        string topic = (string)YamlTree.Items(Services["topics"]["command"])[^1];
        Assert.Equal(topic, worker["Sluice__Kafka__InputTopics__0"]);
        Assert.Equal($"{topic}.labels", worker["Sluice__Kafka__OutputTopic"]);
        Assert.Equal($"{topic}.dead-letters", worker["Sluice__Kafka__DeadLetterTopic"]);
        Assert.Contains(topic, YamlTree.Items(Services["load"]["command"]));
    }

    [Fact]
    public void Prometheus_and_the_health_check_ask_the_worker_on_the_port_that_the_image_sets()
    {
        Dictionary<string, object> scrape =
            YamlTree.Map(YamlTree.Items(YamlTree.Read("infra/prometheus/prometheus.yml")["scrape_configs"])[0]);
        Dictionary<string, object> names = YamlTree.Map(YamlTree.Items(scrape["dns_sd_configs"])[0]);
        Assert.Equal(["worker"], YamlTree.Items(names["names"]));
        string built = (string)YamlTree.Map(Services["worker"]["build"])["dockerfile"];
        Dockerfile image = Dockerfile.Read(Path.Combine(RepositoryRoot.Find(), built));
        Assert.Equal(names["port"], image.Of("EXPOSE").Single().Arguments);
        Assert.Contains($"Sluice__Metrics__Port={names["port"]} ", image.Of("ENV").Last().Arguments, StringComparison.Ordinal);
        List<object> check = YamlTree.Items(YamlTree.Map(Services["worker"]["healthcheck"])["test"]);
        Assert.Equal(["CMD", image.Of("ENTRYPOINT").Single().Arguments.Trim('[', ']', '"'), "--health",
            $"http://127.0.0.1:{names["port"]}/health/ready"], check);
    }

    private static Dictionary<string, object> Waits(string service) =>
        Services[service].TryGetValue("depends_on", out object? waits) ? YamlTree.Map(waits) : [];

    [GeneratedRegex("password|secret|token|sasl", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();
}

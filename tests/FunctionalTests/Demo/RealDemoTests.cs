using Confluent.Kafka;
using FunctionalTests.Kafka;
using FunctionalTests.Registry;

namespace FunctionalTests.Demo;

/// <summary>The harness on a real broker and a real registry.</summary>
public sealed class RealDemoTests(RealKafka kafka, RealRegistry registry) : DemoContract, IClassFixture<RealKafka>,
    IClassFixture<RealRegistry>
{
    [Fact]
    public async Task Nothing_of_the_demo_stays_on_the_cluster()
    {
        using var corpus = new SmallCorpus(mails: 20);
        using var output = new StringWriter();
        await RunAsync(corpus, output, CancellationToken.None);
        using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.BootstrapServers })
            .SetLogHandler((_, _) => { }).Build();
        using var http = new HttpClient { BaseAddress = new Uri(registry.Url + "/") };

        Assert.DoesNotContain(admin.GetMetadata(TimeSpan.FromSeconds(30)).Topics, topic =>
            topic.Topic.StartsWith("sluice-demo", StringComparison.Ordinal));
        Assert.DoesNotContain("sluice-demo", await http.GetStringAsync("subjects"), StringComparison.Ordinal);
    }

    protected override (string? Cluster, string? Registry) Where => (kafka.BootstrapServers, registry.Url);
}

using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Sluice.Worker;

namespace FunctionalTests.Kafka.Security;

/// <summary>The worker on a real broker's listeners with TLS and SASL: a document gets its label where both sides are who they should be,
/// and else the start ends in its time and says which setting to look at, and no secret.</summary>
public sealed class SecuredKafkaTests(SecuredKafka kafka) : IClassFixture<SecuredKafka>
{
    private const string Wrong = "wr0ng-s3cret-Zq9x";

    [Theory]
    [InlineData("TLS")]
    [InlineData("MUTUAL", "client")]
    [InlineData("SASL", "PLAIN")]
    [InlineData("SASLTLS", "PLAIN")]
    [InlineData("SASL", "SCRAM-SHA-512")]
    [InlineData("SASLTLS", "SCRAM-SHA-512")]
    [InlineData("SASLTLS", "OAUTHBEARER")]
    public async Task A_document_gets_its_label(string listener, string credentials = "")
    {
        string servers = kafka.At(listener);
        TestTopics topics = await kafka.CreateTopicsAsync();
        using KafkaProbe probe = new(kafka.Plain);
        probe.Send(topics.Input, "k"u8.ToArray(), "good film"u8.ToArray());
        probe.Flush();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(
            Settings(servers, topics, [.. Protocol(listener), .. Credentials(credentials)]));
        ConsumeResult<byte[]?, byte[]?> label = Assert.Single(probe.ReadAll(topics.Output, 1));
        Assert.Contains("\"document_id\":\"k\"", Encoding.UTF8.GetString(label.Message.Value!), StringComparison.Ordinal);
        await worker.StopAsync();
        Assert.Null(worker.Failure.First);
        AssertNoSecret(worker.Log, "");
    }

    [Theory]
    [InlineData("wrong authority", "TLS", "", "ssl.ca.location=AUTHORITY-OF-ANOTHER")]
    [InlineData("no authority", "TLS", "", "ssl.ca.location=")]
    [InlineData("wrong host", "ELSEWHERE", "")]
    [InlineData("no client certificate", "MUTUAL", "")]
    [InlineData("other client certificate", "MUTUAL", "other client")]
    [InlineData("plain wrong", "SASL", "PLAIN", "sasl.password=" + Wrong)]
    [InlineData("plain tls wrong", "SASLTLS", "PLAIN", "sasl.password=" + Wrong)]
    [InlineData("scram wrong", "SASLTLS", "SCRAM-SHA-512", "sasl.password=" + Wrong)]
    [InlineData("mechanism", "SASL", "PLAIN", "sasl.mechanism=SCRAM-SHA-256")]
    [InlineData("oauth wrong", "SASLTLS", "OAUTHBEARER", "sasl.oauthbearer.client.secret=" + Wrong)]
    [InlineData("plaintext to tls", "TLS", "", "security.protocol=PLAINTEXT")]
    [InlineData("plaintext to sasl", "SASL", "", "security.protocol=PLAINTEXT")]
    [InlineData("plaintext to sasltls", "SASLTLS", "", "security.protocol=PLAINTEXT")]
    [InlineData("tls to plaintext", "PLAINTEXT", "", "security.protocol=SSL")]
    [InlineData("tls to sasl", "SASL", "", "security.protocol=SSL")]
    [InlineData("tls to sasltls", "SASLTLS", "", "security.protocol=SSL")]
    [InlineData("sasl to plaintext", "PLAINTEXT", "PLAIN", "security.protocol=SASL_PLAINTEXT")]
    [InlineData("sasl to tls", "TLS", "PLAIN", "security.protocol=SASL_PLAINTEXT")]
    [InlineData("sasltls to tls", "TLS", "PLAIN", "security.protocol=SASL_SSL")]
    public async Task Probe(string name, string listener, string credentials, params string[] settings)
    {
        string servers = kafka.At(listener);
        using CertificateFiles others = new(kafka.Folder, "another");
        string another = others.Authority;
        (string, string)[] more = [.. Protocol(listener), .. Credentials(credentials), .. settings.Select(setting =>
            (setting.Split('=')[0], setting.Split('=', 2)[1].Replace("AUTHORITY-OF-ANOTHER", another, StringComparison.Ordinal)))];
        RecordedLog log = new();
        using StringWriter errors = new();
        int code = await WorkerProgram.RunAsync(
            () => WorkerHost.Create(Settings(servers, TestTopics.Create(), more), logging => logging.AddProvider(log)),
            new LastLine(errors, isJson: false), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
        await File.AppendAllTextAsync("/tmp/tls-probe.txt", $"== {name}: {code}\n   {errors}\n   LOG {string.Join("\n   ", log.Lines.Where(l => l.Level > LogLevel.Information).Select(l => $"{l.Id} {l.Text}"))}\n\n");
    }

    private Dictionary<string, string?> Settings(string servers, TestTopics topics, IEnumerable<(string Name, string Value)> client) =>
        WorkerHarness.Settings(servers, new Uri("http://127.0.0.1:1"), topics,
        [
            ("Input:Format", "Text"), ("Output:Format", "Json"), ("Kafka:StartTimeout", "00:00:04"),
            .. client.Select(setting => ($"Kafka:Common:{setting.Name}", setting.Value)),
        ]);

    private IEnumerable<(string Name, string Value)> Protocol(string listener) => listener switch
    {
        "PLAINTEXT" => [],
        "SASL" => [("security.protocol", "SASL_PLAINTEXT")],
        "SASLTLS" => [("security.protocol", "SASL_SSL"), ("ssl.ca.location", kafka.Authority)],
        _ => [("security.protocol", "SSL"), ("ssl.ca.location", kafka.Authority)],
    };

    private IEnumerable<(string Name, string Value)> Credentials(string kind)
    {
        if (kind == "") return [];
        if (kind == "client") return [("ssl.certificate.location", kafka.Client.Certificate), ("ssl.key.location", kafka.Client.Key)];
        if (kind == "OAUTHBEARER")
            return
            [
                ("sasl.mechanism", kind), ("sasl.oauthbearer.method", "oidc"), ("sasl.oauthbearer.token.endpoint.url", kafka.Tokens.Url),
                ("sasl.oauthbearer.client.id", TokenEndpoint.ClientId), ("sasl.oauthbearer.client.secret", TokenEndpoint.ClientSecret),
            ];
        if (kind == "other client")
        {
            using CertificateFiles others = new(kafka.Folder, "another");
            (string certificate, string key, _) = others.Sign("other");
            return [("ssl.certificate.location", certificate), ("ssl.key.location", key)];
        }

        return
        [
            ("sasl.mechanism", kind), ("sasl.username", SecuredKafka.User),
            ("sasl.password", kind == "PLAIN" ? SecuredKafka.Password : SecuredKafka.ScramPassword),
        ];
    }

    private static void AssertNoSecret(RecordedLog log, string said) =>
        Assert.DoesNotContain(log.Lines.Select(line => line.Text).Append(said), text =>
            text.Contains("s3cret", StringComparison.Ordinal) || text.Contains("Zq9x", StringComparison.Ordinal));
}

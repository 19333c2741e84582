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
    [InlineData("TLS", "", "ssl.ca.location", "ssl.ca.location=AUTHORITY-OF-ANOTHER")]
    [InlineData("TLS", "", "ssl.ca.location", "ssl.ca.location=")] // those that the system knows
    [InlineData("ELSEWHERE", "", "that these name the hosts of Sluice:Kafka:BootstrapServers")]
    [InlineData("MUTUAL", "", "ssl.certificate.location and ssl.key.location")]
    [InlineData("MUTUAL", "client of another", "ssl.certificate.location and ssl.key.location")]
    public async Task A_certificate_that_is_not_believed_ends_the_start(string listener, string credentials, string advice,
        params string[] settings) => await AssertRefusedAsync(listener, credentials, advice, settings);

    [Theory]
    [InlineData("SASL", "PLAIN", "sasl.username, sasl.password", "sasl.password=" + Wrong)]
    [InlineData("SASLTLS", "SCRAM-SHA-512", "sasl.username, sasl.password", "sasl.password=" + Wrong)]
    [InlineData("SASLTLS", "SCRAM-SHA-512", "sasl.username, sasl.password", "sasl.username=nobody")]
    [InlineData("SASL", "PLAIN", "sasl.mechanism", "sasl.mechanism=SCRAM-SHA-256")]
    [InlineData("SASLTLS", "OAUTHBEARER", "sasl.oauthbearer.client.secret", "sasl.oauthbearer.client.secret=" + Wrong)]
    [InlineData("SASLTLS", "OAUTHBEARER", "the broker does not take the token", "sasl.oauthbearer.scope=forged")]
    public async Task A_user_that_is_not_believed_ends_the_start(string listener, string credentials, string advice,
        params string[] settings) => await AssertRefusedAsync(listener, credentials, advice, settings);

    [Theory]
    [InlineData("TLS", "", "as a port with TLS does", "PLAINTEXT")]
    [InlineData("SASLTLS", "", "as a port with TLS does", "PLAINTEXT")]
    [InlineData("TLS", "PLAIN", "as a port with TLS does", "SASL_PLAINTEXT")]
    [InlineData("SASL", "", "as a port with SASL does", "PLAINTEXT")]
    [InlineData("SASLTLS", "", "as a port with SASL does", "SSL")]
    [InlineData("PLAINTEXT", "", "the port does not speak TLS", "SSL")]
    [InlineData("SASL", "", "the port does not speak TLS", "SSL")]
    [InlineData("PLAINTEXT", "PLAIN", "the port does not want SASL", "SASL_PLAINTEXT")]
    [InlineData("TLS", "PLAIN", "the port does not want SASL", "SASL_SSL")]
    public async Task A_port_that_wants_something_else_ends_the_start(string listener, string credentials, string advice,
        string protocol)
    {
        string said = await AssertRefusedAsync(listener, credentials, advice, $"security.protocol={protocol}");
        Assert.Contains("security.protocol", said, StringComparison.Ordinal);
    }

    private async Task<string> AssertRefusedAsync(string listener, string credentials, string advice, params string[] settings)
    {
        string servers = kafka.At(listener);
        using CertificateFiles others = new(kafka.Folder, "another");
        string another = others.Authority;
        Dictionary<string, string?> all = Settings(servers, TestTopics.Create(),
        [
            .. Protocol(listener), .. Credentials(credentials), .. settings.Select(setting => (setting.Split('=')[0],
                setting.Split('=', 2)[1].Replace("AUTHORITY-OF-ANOTHER", another, StringComparison.Ordinal))),
        ]);
        all["Kafka:StartTimeout"] = "00:00:03";
        RecordedLog log = new();
        using StringWriter errors = new();
        int code = await WorkerProgram.RunAsync(() => WorkerHost.Create(all, logging => logging.AddProvider(log)),
            new LastLine(errors, isJson: false), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
        string said = errors.ToString();
        Assert.Equal(ExitCodes.CannotStart, code);
        Assert.Contains($"No broker at {servers} answers: ", said, StringComparison.Ordinal);
        Assert.Contains(advice, said[said.IndexOf(';')..], StringComparison.Ordinal);
        Assert.InRange(log.Lines.Count(line => line.Id is 207 or 214), 1, 12); // of some forty tries to connect
        AssertNoSecret(log, said);
        return said;
    }

    private Dictionary<string, string?> Settings(string servers, TestTopics topics, IEnumerable<(string Name, string Value)> client) =>
        WorkerHarness.Settings(servers, new Uri("http://127.0.0.1:1"), topics,
        [
            ("Input:Format", "Text"), ("Output:Format", "Json"),
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
        if (kind == "client of another")
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

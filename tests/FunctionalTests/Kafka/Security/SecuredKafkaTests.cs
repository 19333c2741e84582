using System.Text;
using Confluent.Kafka;
using FunctionalTests.Commands;
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
        AssertNoSecret(worker.Log, said: "");
    }

    /// <summary>As Kubernetes would mount them: certificate and key as Strimzi's secrets hold them, no path beside them.</summary>
    [Theory]
    [InlineData("MUTUAL")]
    [InlineData("SASLTLS")]
    public async Task What_is_secret_comes_from_a_folder_and_is_shown_nowhere(string listener)
    {
        string servers = kafka.At(listener), folder = Path.Combine(kafka.Folder, "secrets-" + listener);
        Directory.CreateDirectory(folder);
        Write("ssl.ca.pem", await File.ReadAllTextAsync(kafka.Authority));
        Write("security.protocol", listener == "MUTUAL" ? "SSL" : "SASL_SSL");
        if (listener == "MUTUAL")
        {
            Write("ssl.certificate.pem", await File.ReadAllTextAsync(kafka.Client.Certificate));
            Write("ssl.key.pem", await File.ReadAllTextAsync(kafka.Client.Key));
        }
        else foreach ((string name, string value) in Credentials("SCRAM-SHA-512")) Write(name, value + "\n");

        TestTopics topics = await kafka.CreateTopicsAsync();
        using KafkaProbe probe = new(kafka.Plain);
        probe.Send(topics.Input, "k"u8.ToArray(), "good film"u8.ToArray());
        probe.Flush();
        await using WorkerProcess worker = WorkerProcess.Start(
            Settings(servers, topics, []).Append(new("secrets", folder)).Append(new("Kafka:Common:debug", "security")));
        probe.ReadAll(topics.Output, 1);
        worker.Signal(Signals.Term);
        Assert.Equal(0, await worker.ExitCodeAsync());
        (int code, string output, string error) = await SluiceProcess.RunWithAsync([("SLUICE_SECRETS", folder)],
            "read", topics.Output, "--cluster", servers);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("\"document_id\":\"k\"", output, StringComparison.Ordinal);
        AssertNoSecret(worker.Output + output);
        if (listener == "MUTUAL") AssertNone(worker.Output, (await File.ReadAllLinesAsync(kafka.Client.Key))[1..^1]);

        void Write(string name, string text) => File.WriteAllText(Path.Combine(folder, $"Kafka__Common__{name}"), text);
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
        AssertNoSecret(string.Join('\n', log.Lines.Select(line => line.Text).Append(said)));

    private static void AssertNoSecret(string said) => AssertNone(said, ["s3cret", "Zq9x"]);

    private static void AssertNone(string said, string[] parts) =>
        Assert.DoesNotContain(parts, part => said.Contains(part, StringComparison.Ordinal));
}

using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace FunctionalTests.Kafka.Security;

/// <summary>A real broker whose listeners each want something else of a client, with certificates, users and tokens that are made here.
/// </summary>
public sealed class SecuredKafka : IAsyncLifetime
{
    internal const string User = "sluice", Password = "pl4in-s3cret-Zq9x", ScramPassword = "scr4m-s3cret-Zq9x";

    // In the order of their ports; the script has the first two.
    private static readonly string[] Listeners = ["PLAINTEXT", "CONTROLLER", "TLS", "MUTUAL", "ELSEWHERE", "SASL", "SASLTLS"];

    private const string Protocols =
        "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,TLS:SSL,MUTUAL:SSL,ELSEWHERE:SSL,SASL:SASL_PLAINTEXT,SASLTLS:SASL_SSL";

    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-secured-").FullName;
    private ServerScript? _script;
    private CertificateFiles? _authority;
    private string _why = "";
    private int _port;

    /// <summary>The listener that asks for nothing. Skips the test that asks where there is no broker.</summary>
    public string Plain => At("PLAINTEXT");

    /// <summary>The file of the authority that the broker's certificates are of.</summary>
    internal string Authority => _authority!.Authority;

    /// <summary>A certificate that the broker believes, and its key.</summary>
    internal (string Certificate, string Key) Client { get; private set; }

    /// <summary>Gives tokens that the broker believes.</summary>
    internal TokenEndpoint Tokens { get; private set; } = null!;

    /// <summary>Where the test may write.</summary>
    internal string Folder => _folder;

    /// <summary>The address of a listener. Skips the test that asks where there is no broker.</summary>
    internal string At(string listener)
    {
        if (_port == 0) Need.KafkaCrash.Missing(_why);
        return $"localhost:{_port + Array.IndexOf(Listeners, listener)}";
    }

    public async ValueTask InitializeAsync()
    {
        _script = ServerScript.Find("kafka/kafka", ["java", "xz"], out _why);
        if (_script is null) return;
        Tokens = await TokenEndpoint.StartAsync(_folder);
        _authority = new CertificateFiles(_folder, "authority");
        (string certificate, string key, _) = _authority.Sign("worker");
        Client = (certificate, key);
        string port = FreePort.Find(Listeners.Length);
        _script.Environment["KAFKA_PROPERTIES"] = Properties(int.Parse(port, CultureInfo.InvariantCulture));
        _script.Environment["JAVA_TOOL_OPTIONS"] = $"-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls={Tokens.Keys}";
        await _script.RunAsync("start", "1", port);
        _port = int.Parse(port, CultureInfo.InvariantCulture);
        using IAdminClient admin = CreateAdmin();
        await admin.AlterUserScramCredentialsAsync([new UserScramCredentialUpsertion
        {
            User = User,
            ScramCredentialInfo = new ScramCredentialInfo { Mechanism = ScramMechanism.ScramSha512, Iterations = 8192 },
            Password = Encoding.UTF8.GetBytes(ScramPassword),
        }]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_script is not null)
        {
            await _script.RunAsync("stop");
            _script.Dispose();
            await Tokens.DisposeAsync();
        }

        _authority?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    internal async Task<TestTopics> CreateTopicsAsync()
    {
        TestTopics topics = TestTopics.Create();
        using IAdminClient admin = CreateAdmin();
        await admin.CreateTopicsAsync(new[] { topics.Input, topics.Output, topics.DeadLetters }
            .Select(topic => new TopicSpecification { Name = topic, NumPartitions = 1, ReplicationFactor = 1 }));
        return topics;
    }

    private IAdminClient CreateAdmin() =>
        new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Plain }).SetLogHandler((_, _) => { }).Build();

    /// <summary>What is appended to the broker's settings; what stands twice counts as it stands last.</summary>
    private string Properties(int port)
    {
        string broker = _authority!.Sign("broker", "localhost", "127.0.0.1").Both;
        string elsewhere = _authority.Sign("elsewhere", "elsewhere.example").Both;
        const string Jaas = "org.apache.kafka.common.security";
        return $"""
            listeners={Addresses("127.0.0.1", Listeners)}
            advertised.listeners={Addresses("localhost", [.. Listeners.Where(listener => listener != "CONTROLLER")])}
            listener.security.protocol.map={Protocols}
            ssl.keystore.type=PEM
            ssl.truststore.type=PEM
            ssl.keystore.location={broker}
            ssl.truststore.location={Authority}
            listener.name.mutual.ssl.client.auth=required
            listener.name.elsewhere.ssl.keystore.type=PEM
            listener.name.elsewhere.ssl.keystore.location={elsewhere}
            sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512,OAUTHBEARER
            {OfListener("sasl")}
            {OfListener("sasltls")}
            """;

        string Addresses(string host, string[] listeners) => string.Join(',', listeners.Select(listener =>
            $"{listener}://{(listener == "CONTROLLER" ? "127.0.0.1" : host)}:{port + Array.IndexOf(Listeners, listener)}"));

        string OfListener(string name) => $"""
            listener.name.{name}.plain.sasl.jaas.config={Jaas}.plain.PlainLoginModule required user_{User}="{Password}";
            listener.name.{name}.scram-sha-512.sasl.jaas.config={Jaas}.scram.ScramLoginModule required;
            listener.name.{name}.oauthbearer.sasl.jaas.config={Jaas}.oauthbearer.OAuthBearerLoginModule required;
            listener.name.{name}.oauthbearer.sasl.server.callback.handler.class={Jaas}.oauthbearer.OAuthBearerValidatorCallbackHandler
            listener.name.{name}.oauthbearer.sasl.oauthbearer.jwks.endpoint.url={Tokens.Keys}
            listener.name.{name}.oauthbearer.sasl.oauthbearer.expected.audience={TokenEndpoint.Audience}
            """;
    }
}

using Sluice.Worker;

namespace FunctionalTests;

/// <summary>A client and a listener of a real broker that do not agree on security: nothing else tells it from a broker that is down.
/// </summary>
public sealed class SecurityPortTests : IAsyncLifetime
{
    private const string Advice = "set Sluice:Kafka:Common:security.protocol as the listener at that port has it";

    private KafkaServer? _kafka;
    private string _why = "", _sasl = "";

    public async ValueTask InitializeAsync() => (_kafka, _why) = await KafkaServer.StartClusterAsync(brokers: 1, properties: port =>
    {
        _sasl = $"127.0.0.1:{port + 2}";
        return $"""
            listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{port + 1},SASL_PLAINTEXT://{_sasl}
            advertised.listeners=PLAINTEXT://127.0.0.1:{port},SASL_PLAINTEXT://{_sasl}
            listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT
            sasl.enabled.mechanisms=PLAIN
            listener.name.sasl_plaintext.plain.sasl.jaas.config={Login} user_reader="s3cret";
            """;
    });

    public async ValueTask DisposeAsync()
    {
        if (_kafka is not null) await _kafka.DisposeAsync();
    }

    private static string Login => "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"b\" password=\"b\"";

    [Fact]
    public async Task A_port_that_wants_another_security_is_told_with_the_setting_and_a_port_where_nobody_listens_is_not()
    {
        if (_kafka is null) Need.KafkaCrash.Missing(_why);
        (string, string)[] sasl = [("Kafka:Common:security.protocol", "SASL_PLAINTEXT"), ("Kafka:Common:sasl.mechanism", "PLAIN"),
            ("Kafka:Common:sasl.username", "reader")];
        Assert.Contains(Advice, await ToldAsync(_sasl), StringComparison.Ordinal); // cut off at its first question
        Assert.Contains(Advice, await ToldAsync(_kafka!.BootstrapServers, [.. sasl, ("Kafka:Common:sasl.password", "s3cret")]),
            StringComparison.Ordinal);
        string refused = await ToldAsync(_sasl, [.. sasl, ("Kafka:Common:sasl.password", "wr0ng")]);
        Assert.Contains(Advice, refused, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng", refused, StringComparison.Ordinal);
        Assert.DoesNotContain(Advice, await ToldAsync("127.0.0.1:1"), StringComparison.Ordinal);
    }

    private static async Task<string> ToldAsync(string servers, params (string Name, string Value)[] more)
    {
        Dictionary<string, string?> settings = WorkerHarness.Settings(servers, new Uri("http://127.0.0.1:1"), TestTopics.Create(),
            ("Input:Format", "Text"), ("Kafka:StartTimeout", "00:00:04"));
        foreach ((string name, string value) in more) settings[name] = value;
        await using WorkerProcess worker = WorkerProcess.Start(settings);
        Assert.Equal(ExitCodes.CannotStart, await worker.ExitCodeAsync());
        return worker.Output;
    }
}

using Microsoft.Extensions.DependencyInjection;
using Sluice.Worker;
using Sluice.Worker.Configuration;

namespace FunctionalTests.Configuration;

/// <summary>A worker as a process with secrets in its settings: nothing that it writes holds one, whether it refuses them, cannot start
/// with them or runs.</summary>
[Collection(TestClusterTests.Name)]
public sealed class SecretOutputTests(TestCluster cluster)
{
    private const string Secret = "t0p-s3cret/Zq9x";

    [Fact]
    public async Task Secrets_in_every_variable_of_the_environment_are_refused_without_being_shown()
    {
        ServiceCollection services = [];
        services.AddSluice();
        OptionsSection[] sections = [.. services.Where(s => s.ServiceType == typeof(OptionsSection))
            .Select(s => (OptionsSection)s.ImplementationInstance!)];
        string[] names = [.. sections.SelectMany(section => section.Options.GetProperties()
            .Select(property => $"{section.Path}:{property.Name}").Append(section.Path)), "Sluice", "Logging", "Logging:LogLevel",
            "Logging:Console:FormatterName"];
        string[] hidden = [.. names.Where(name => !Shown.IsHarmless(name, "x") || !name.Contains(':')), "Sluice:Registry:Pasword",
            "Sluice:Kafka:Common:sasl.pasword", "Sluice:Kafka:Common:sasl_password:x", "Logging:LogLevel:Defalt"];
        await using WorkerProcess worker = WorkerProcess.Start([],
            [.. hidden.Select(name => (name.Replace(":", "__", StringComparison.Ordinal), Secret))]);
        Assert.Equal(2, await worker.ExitCodeAsync());
        // Two of them alone are no fault, and librdkafka is not asked about the third while other settings of Kafka cannot be read.
        foreach (string name in hidden.Except(["Sluice:Registry:Password", "Sluice:Registry:User", "Sluice:Kafka:Common:sasl.pasword"]))
            Assert.Contains(name.Split(":x")[0], worker.Output, StringComparison.Ordinal);
        AssertNoSecret(worker);
    }

    [Theory]
    [InlineData(3, "security.protocol=SASL_PLAINTEXT", "sasl.mechanism=OAUTHBEARER",
        "enable.sasl.oauthbearer.unsecure.jwt=true", "sasl.oauthbearer.config=principal=me " + Secret)]
    [InlineData(3, "security.protocol=SASL_PLAINTEXT", "sasl.mechanism=SCRAM-SHA-512",
        "sasl.username=" + Secret, "sasl.password=" + Secret)]
    [InlineData(3, "security.protocol=SASL_PLAINTEXT", "sasl.mechanism=GSSAPI", "sasl.kerberos.principal=" + Secret)]
    [InlineData(3, "security.protocol=SSL", "ssl.key.pem=" + Secret)]
    [InlineData(3, "security.protocol=SSL", "ssl.ca.pem=" + Secret)]
    [InlineData(3, "security.protocol=SSL", "ssl.keystore.location=/none", "ssl.keystore.password=" + Secret)]
    [InlineData(2, "plugin.library.paths=" + Secret)]
    public async Task What_librdkafka_says_of_its_settings_holds_no_secret(int code, params string[] settings)
    {
        await using WorkerProcess worker = WorkerProcess.Start(Settings([("Kafka:StartTimeout", "00:00:01"), ("Kafka:Common:debug", "all"),
            .. settings.Select(Client)]));
        Assert.Equal(code, await worker.ExitCodeAsync());
        AssertNoSecret(worker);
    }

    [Fact]
    public async Task A_worker_that_runs_and_logs_everything_logs_no_secret()
    {
        await using WorkerProcess worker = WorkerProcess.Start(
            Settings(("Kafka:Common:debug", "all"), ("Kafka:Common:sasl.password", Secret), ("Kafka:Common:ssl_key_password", Secret),
                ("Registry:User", Secret), ("Logging:LogLevel:Default", "Trace"), ("Logging:LogLevel:Microsoft", "Trace")),
            ("Sluice__Registry__Password", Secret));
        await worker.StartedAsync();
        worker.Signal(Signals.Term);
        Assert.Equal(0, await worker.ExitCodeAsync());
        Assert.Contains("Kafka:Common:sasl.password=***; Kafka:Common:ssl_key_password=***", worker.Output, StringComparison.Ordinal);
        AssertNoSecret(worker);
    }

    private Dictionary<string, string?> Settings(params (string, string)[] more) =>
        WorkerHarness.Settings(cluster.BootstrapServers, cluster.RegistryUrl, cluster.CreateTopics(), [("Input:Format", "Text"), .. more]);

    private static (string, string) Client(string setting) =>
        ($"Kafka:Common:{setting[..setting.IndexOf('=')]}", setting[(setting.IndexOf('=') + 1)..]);

    private static void AssertNoSecret(WorkerProcess worker) =>
        Assert.False(worker.Output.Contains("s3cret", StringComparison.OrdinalIgnoreCase)
            || worker.Output.Contains("Zq9x", StringComparison.Ordinal), string.Join('\n', worker.Output.Split('\n')
            .Where(line => line.Contains("s3cret") || line.Contains("Zq9x"))));
}

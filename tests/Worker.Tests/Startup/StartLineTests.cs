using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sluice.Worker;
using Sluice.Worker.Startup;

namespace Worker.Tests.Startup;

public sealed class StartLineTests
{
    [Fact]
    public void The_first_line_tells_what_runs_and_the_settings_that_differ_from_their_defaults_without_secrets()
    {
        string line = LineOf(
            ("Kafka:InputTopics:0", "mails"), ("Kafka:InputTopics:1", "letters"), ("Kafka:GroupId", "sluice"),
                ("Kafka:CommitInterval", "00:00:02"), ("Kafka:Common:sasl_password", "t0p-secret"),
            ("Kafka:Common:sasl.username", "me"), ("Kafka:Common:security.protocol", "SASL_SSL"), ("Kafka:Consumer:fetch.min.bytes", "9"),
                ("Registry:Url", "https://registry:8081/v7"), ("Registry:User", "me"),
            ("Registry:Password", "12345678"), ("Registry:AutoRegister", "false"), ("Model:Precision", "Fp32"),
            ("Kafka:OutputTopic", "labels"));
        Assert.StartsWith($"Sluice {ProductBuild.This.Version} (commit {ProductBuild.This.Commit ?? "unknown"}) on .NET "
            + $"{Environment.Version} (linux-x64), librdkafka ", line, StringComparison.Ordinal);
        Assert.Contains("; model mail 1.0.0, auto, Fp32; ", line, StringComparison.Ordinal);
        Assert.EndsWith(
            "settings other than their defaults: Kafka:InputTopics='mails', 'letters'; Kafka:CommitInterval=00:00:02; "
                + "Kafka:Common:sasl.username=***; Kafka:Common:sasl_password=***; Kafka:Common:security.protocol='SASL_SSL'; "
            + $"Kafka:Consumer:fetch.min.bytes='9'; Registry:Url='https://registry:8081/v7'; Registry:User=***; Registry:Password=***; "
                + $"Registry:AutoRegister=false; Model:Path='{Model}'; Model:Precision=Fp32",
            line,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_set_to_its_default_is_not_told() =>
        Assert.EndsWith(
            $": Kafka:InputTopics='mails'; Model:Path='{Model}'",
            LineOf(("Kafka:InputTopics:0", "mails"), ("Kafka:OutputTopic", "labels"), ("Kafka:BootstrapServers", "127.0.0.1:9092"),
                ("Registry:Url", "http://127.0.0.1:8081"), ("Engine:Provider", "cpu")),
            StringComparison.Ordinal);

    private static string Model => Path.Combine(RepositoryRoot.Find(), "models", "mail");

    private static string LineOf(params (string Name, string Value)[] settings)
    {
        Lines<StartLineTests> lines = new();
        Dictionary<string, string?> all = new() { ["Model:Path"] = Model };
        foreach ((string name, string value) in settings) all[name] = value;
        using IHost host = WorkerHost.Create(all, logging => logging.Services.AddSingleton<ILoggerProvider>(new Provider(lines)));
        StartLine.Write(host.Services);
        return Assert.Single(lines.Seen);
    }

    private sealed class Provider(ILogger logger) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => logger;

        public void Dispose()
        {
        }
    }
}

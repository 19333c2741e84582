using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sluice.Worker;
using Sluice.Worker.Kafka;
using Sluice.Worker.Pipeline;

namespace Worker.Tests.Configuration;

public sealed class WorkerHostTests
{
    [Fact]
    public void Settings_reach_their_options()
    {
        using IHost host = WorkerHost.Create(Valid(("Kafka:CommitInterval", "00:00:05"), ("Pipeline:DecodeWorkers", "7"), ("Kafka:Consumer:fetch.min.bytes", "9"), ("Input:Format", "json")));
        KafkaOptions kafka = host.Services.GetRequiredService<KafkaOptions>();
        Assert.Equal((TimeSpan.FromSeconds(5), "9"), (kafka.CommitInterval, kafka.Consumer["fetch.min.bytes"]));
        Assert.Equal((7, InputFormat.Json), (host.Services.GetRequiredService<PipelineOptions>().DecodeWorkers, host.Services.GetRequiredService<InputOptions>().Format));
    }

    [Fact]
    public void The_command_line_wins_and_may_leave_out_the_first_name()
    {
        string[] args = [.. Valid().Select(s => $"--{s.Key}={s.Value}"), "--Kafka:GroupId", "from-args", "--Sluice:Batching:MaxRows=3"];
        using IHost host = WorkerHost.Create(args);
        Assert.Equal("from-args", host.Services.GetRequiredService<KafkaOptions>().GroupId);
        Assert.Equal(3, host.Services.GetRequiredService<Sluice.Worker.Batching.BatchingOptions>().MaxRows);
    }

    [Theory]
    [InlineData("what")]
    [InlineData("--Kafka=3")]
    [InlineData("--Kafka:GroupId")]
    public void An_argument_that_is_no_setting_is_refused(string argument) =>
        Assert.Contains(argument, Assert.Throws<FormatException>(() => WorkerHost.Create([argument])).Message, StringComparison.Ordinal);

    [Fact]
    public void Names_that_nothing_reads_and_values_of_the_wrong_kind_are_all_told()
    {
        string[] faults = Faults(
            ("Kafka:CommitIntervall", "1"), ("Kafka:CommitInterval", "soon"), ("Pipeline:InferenceCallers", "many"), ("Pipeline:DecodeWorkers", "99999999999"), ("Input:Format", "xml"),
            ("Modell:Path", "x"), ("Registry:AutoRegister", "perhaps"), ("Batching:MaxRows:0", "1"));
        string[] expected =
        [
            "Sluice:Kafka:CommitIntervall is not a setting; Sluice:Kafka has BootstrapServers, ", "Sluice:Kafka:CommitInterval is 'soon', which is no time span such as 00:00:05.",
            "Sluice:Pipeline:InferenceCallers is 'many', which is no whole number in range.", "Sluice:Pipeline:DecodeWorkers is '99999999999', which is no whole number in range.",
            "Sluice:Input:Format is 'xml', which is none of Avro, Json, Text.", "Sluice:Modell is not a section; there are Sluice:Kafka, ", "Sluice:Registry:AutoRegister is 'perhaps', which is neither true nor false.",
            "Sluice:Batching:MaxRows takes one value, not a section.",
        ];
        foreach (string fault in expected) Assert.Contains(faults, f => f.StartsWith(fault, StringComparison.Ordinal));
        Assert.Equal(expected.Length, faults.Length);
    }

    [Fact]
    public void Every_rule_names_its_setting()
    {
        string[] faults = Faults(
            ("Kafka:BootstrapServers", ""), ("Kafka:InputTopics:0", "labels"), ("Kafka:InputTopics:1", "dead-letters"), ("Kafka:Consumer:enable.auto.commit", "true"), ("Kafka:Producer:no.such", "1"),
            ("Pipeline:DecodeWorkers", "65"), ("Pipeline:DrainTimeout", "01:00:00"), ("Batching:MaxRows", "0"), ("Model:Path", ""), ("Registry:Url", "ftp://x"),
            ("Input:TextFields:0", "a"), ("Input:TextFields:1", "a"));
        string[] expected =
        [
            "Sluice:Kafka:BootstrapServers", "Sluice:Kafka:OutputTopic", "Sluice:Kafka:DeadLetterTopic", "Sluice:Kafka:Consumer:enable.auto.commit", "Sluice:Kafka:Producer:no.such", "Sluice:Pipeline:DecodeWorkers",
            "Sluice:Pipeline:DrainTimeout", "Sluice:Batching:MaxRows", "Sluice:Model:Path", "Sluice:Registry:Url", "Sluice:Input:TextFields",
        ];
        foreach (string setting in expected) Assert.Contains(faults, f => f.Contains(setting, StringComparison.Ordinal));
        Assert.Equal(expected.Length, faults.Length);
    }

    [Fact]
    public void Of_a_setting_given_twice_the_last_one_counts() =>
        Assert.Equal([KeyValuePair.Create("Sluice:Kafka:GroupId", (string?)"b")], CommandLineSettings.Parse(["--Kafka:GroupId=a", "--kafka:groupid=b"]).Select(s => KeyValuePair.Create("Sluice:Kafka:GroupId", s.Value)));

    [Theory]
    [InlineData("^lab.*", "Sluice:Kafka:OutputTopic is 'labels'")]
    [InlineData("^.*letters$", "Sluice:Kafka:DeadLetterTopic is 'dead-letters'")]
    public void A_pattern_that_reads_what_the_worker_writes_is_refused(string pattern, string fault) =>
        Assert.StartsWith(fault, Assert.Single(Faults(("Kafka:InputTopics:0", pattern))), StringComparison.Ordinal);

    [Fact]
    public void Fewer_tokens_in_flight_than_one_batch_are_refused() =>
        Assert.StartsWith("Sluice:Pipeline:MaxTokensInFlight is 600, less than one batch", Assert.Single(Faults(("Pipeline:MaxTokensInFlight", "600"), ("Batching:MaxTokens", "1024"))), StringComparison.Ordinal);

    private static string[] Faults(params (string, string)[] settings) => [.. Assert.Throws<OptionsValidationException>(() => WorkerHost.Create(Valid(settings))).Failures];

    private static Dictionary<string, string?> Valid(params (string Name, string Value)[] more)
    {
        Dictionary<string, string?> settings = new() { ["Kafka:BootstrapServers"] = "127.0.0.1:1", ["Kafka:InputTopics:0"] = "documents", ["Model:Path"] = "models/none" };
        foreach ((string name, string value) in more) settings[name] = value;
        return settings;
    }
}

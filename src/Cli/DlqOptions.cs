using System.CommandLine;
using Sluice.Cli.DeadLetters;
using Sluice.Worker.Configuration;
using Sluice.Worker.Kafka;

namespace Sluice.Cli;

/// <summary>The options that the commands of <c>./sluice dlq</c> share. Each command has its own.</summary>
internal sealed class DlqOptions
{
    private readonly Option<string?> _cluster = new("--cluster")
    {
        Description = "The Kafka cluster. Default: that of the settings, 127.0.0.1:9092.",
        HelpName = "HOST:PORT",
    };

    private readonly Option<string?> _config = new("--config") { Description = "The worker's file of settings.", HelpName = "FILE" };

    private readonly Option<string?> _reason = new("--reason")
    {
        Description = "Only those of this reason, such as missing-text; of others' records the exception, such as DataException.",
        HelpName = "WORD",
    };

    private readonly Option<string?> _source = new("--source")
    {
        Description = "Only those that came from this topic.",
        HelpName = "TOPIC",
    };

    private readonly Option<DateTimeOffset?> _since = Time("--since", "Only those that were sent there then or later.");
    private readonly Option<DateTimeOffset?> _until = Time("--until", "Only those that were sent there before.");

    public DlqOptions()
    {
        _cluster.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } servers && !BootstrapServers.IsList(servers))
                result.AddError($"--cluster {BootstrapServers.Fault}");
        });
        _source.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } topic && !Provenance.IsTopic(topic))
                result.AddError("--source is no name of a topic.");
        });
        _reason.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } reason && Provenance.ReasonOf(reason) != reason)
                result.AddError("--reason is one word, as ./sluice dlq list prints it: missing-text, or DataException.");
        });
    }

    /// <summary>Adds where the cluster is to a command.</summary>
    public void AddClusterTo(Command command)
    {
        command.Options.Add(_cluster);
        command.Options.Add(_config);
    }

    /// <summary>Adds all of them to a command.</summary>
    public void AddTo(Command command)
    {
        AddClusterTo(command);
        foreach (Option option in new Option[] { _reason, _source, _since, _until }) command.Options.Add(option);
    }

    /// <summary>The settings that a command runs with.</summary>
    /// <inheritdoc cref="DeadLetterSettings.Read"/>
    public DeadLetterSettings SettingsOf(ParseResult result, out IReadOnlyList<string> faults) =>
        DeadLetterSettings.Read(result.GetValue(_config), result.GetValue(_cluster), out faults);

    /// <summary>Which records are meant.</summary>
    public RecordFilter FilterOf(ParseResult result) =>
        new(result.GetValue(_reason), result.GetValue(_source), result.GetValue(_since), result.GetValue(_until));

    private static Option<DateTimeOffset?> Time(string name, string description) => new(name)
    {
        Description = $"{description} A time, in UTC, or how long ago: 2h.",
        HelpName = "TIME",
        CustomParser = result =>
        {
            DateTimeOffset? time = TimeBound.Parse(result.Tokens[0].Value, TimeProvider.System.GetUtcNow());
            if (time is null) result.AddError($"{name} is {Shown.Misread(result.Tokens[0].Value, [])}; {TimeBound.Forms}.");
            return time;
        },
    };
}

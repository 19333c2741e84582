using System.CommandLine;
using Sluice.Cli.DeadLetters;
using Sluice.Worker;

namespace Sluice.Cli;

/// <summary><c>./sluice dlq replay</c>: sends dead-letter records back, each once.</summary>
internal static class DlqReplay
{
    private const int DefaultMost = 10_000, DefaultReplays = 3;

    private const string Description = """
        Sends dead-letter records back to the topics that they came from, with key, value and headers as they came.

        Each goes back once, however often and with whatever filter this is run, and wherever it is cut off: records and the offset up
        to which the work is done are committed in one transaction. Behind its own headers a record has sluice.replay.from, the place
        of the dead-letter record, and sluice.replay.count. One that was sent back --max-replays times is not sent again, so that none
        goes round for ever. What cannot be sent back is told with its place in the topic that it came from, and the exit code is 1.

        First look at what would be done, then do it:

          ./sluice dlq replay mails.dead-letters --cluster kafka:9092 --reason missing-text --since 2h --dry-run
          ./sluice dlq replay mails.dead-letters --cluster kafka:9092 --reason missing-text --since 2h

        How far a replay has come is the committed offset of --group; with --reason or --source, of a group of its own, NAME.REASON@TOPIC.
        Another --group begins anew, and sends again what was sent. With --since, older records count as passed. Records of more than
        seven days want it: brokers forget the offsets of a group by then, and whether such a record was sent cannot be told.
        """;

    public static Command Create()
    {
        Argument<string?> topic = DlqCommand.TopicArgument();
        DlqOptions options = new();
        Option<string?> to = new("--to")
        {
            Description = "Send them to this topic. Default: to the one that each came from.",
            HelpName = "TOPIC",
        };
        Option<string> group = new("--group")
        {
            Description = "Whose committed offsets say what was sent back.",
            HelpName = "NAME",
            DefaultValueFactory = _ => "sluice-replay",
        };
        Option<int?> most = DlqCommand.Number("--max", "Send this many at most. Default: 10000.", int.MaxValue, "1 or more");
        Option<int?> replays =
            DlqCommand.Number("--max-replays", "Leave those that were sent back this often. Default: 3.", 1000, "1 to 1000");
        Option<bool> dry = new("--dry-run") { Description = "Only tell what would be sent: nothing is written or committed." };
        to.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } name && !Provenance.IsTopic(name)) result.AddError("--to is no name of a topic.");
        });
        group.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } name && (name.Length is 0 or > 200 || name.Any(char.IsControl)))
                result.AddError("--group is no name of a group; give 1 to 200 characters.");
        });
        Command command = new("replay", Description) { topic };
        options.AddTo(command);
        foreach (Option option in new Option[] { to, group, most, replays, dry }) command.Options.Add(option);
        command.SetAction((result, stop) => DlqCommand.RunAsync(result, options, (settings, lines) => ReplayAsync(settings, lines,
            new ReplayRequest(result.GetValue(topic) ?? settings.Kafka.DeadLetterTopic, options.FilterOf(result),
                result.GetRequiredValue(group), result.GetValue(to), result.GetValue(replays) ?? DefaultReplays,
                result.GetValue(most) ?? DefaultMost, result.GetValue(dry)), stop), stop));
        return command;
    }

    private static async Task<int> ReplayAsync(DeadLetterSettings settings, LineWriter lines, ReplayRequest request, CancellationToken stop)
    {
        string group = new ReplayGroups(request.Name, _ => default).Of(request.Filter);
        using DeadLetterTopic topic = DlqCommand.Open(settings, request.Topic, group);
        topic.Ranges(); // that there is such a topic is known before anything is begun
        // Before the group is asked: what a replay before left open is ended by then.
        using ReplayTransactions? transactions = request.IsDry ? null
            : new ReplayTransactions(settings.Kafka, request.Topic, request.Name, settings.Redaction);
        ReplayReport report = new(lines, request, group);
        Replayer replayer = new(request, topic, new ReplayRules(request.Topic, request.To, request.MostReplays, KnownTopics(topic)),
            new ReplayGroups(request.Name, topic.CommittedAsync), transactions, report.Tell,
            TimeProvider.System);
        try
        {
            await replayer.RunAsync(stop);
        }
        finally
        {
            if (replayer.HasBegun) report.End(replayer.Counts);
        }

        return replayer.Counts.Refused == 0 || request.IsDry ? 0 : ExitCodes.Failed;
    }

    // Each is asked for once.
    private static Func<string, int?> KnownTopics(DeadLetterTopic topic)
    {
        const int mostKnown = 1000; // foreign headers may name any number
        Dictionary<string, int?> known = [];
        return name =>
        {
            if (known.TryGetValue(name, out int? partitions)) return partitions;
            if (known.Count >= mostKnown) known.Clear();
            return known[name] = topic.PartitionsOf(name);
        };
    }
}

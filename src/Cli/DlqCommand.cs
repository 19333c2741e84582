using System.CommandLine;
using System.Globalization;
using System.Text;
using Sluice.Cli.DeadLetters;
using Sluice.Worker;
using Sluice.Worker.Configuration;
using Sluice.Worker.Kafka;
using Spectre.Console;

namespace Sluice.Cli;

/// <summary><c>./sluice dlq</c>: looks into a dead-letter topic, and sends back what was mended.</summary>
internal static class DlqCommand
{
    private const int DefaultMost = 1000, DefaultBytes = 4096;

    private const string Description = """
        Looks into a dead-letter topic, and sends records back to the topics that they came from.

        Brokers, TLS, passwords and the dead-letter topic come from the same settings as the worker's, as far as they are in a file or
        in the environment: --config FILE, Sluice__Kafka__BootstrapServers, Sluice__Kafka__Common__*, Sluice__Kafka__DeadLetterTopic.

          ./sluice dlq list mails.dead-letters --cluster kafka:9092 --since 2h
          ./sluice dlq show mails.dead-letters:0:42 --cluster kafka:9092
          ./sluice dlq replay mails.dead-letters --cluster kafka:9092 --reason missing-text --dry-run

        Records of Spring for Apache Kafka, Kafka Connect and Kafka Streams are known by their headers, too.

        Exit codes: 0 done, 1 a mistake in the arguments, a failure on the way, or records that cannot be sent back, 2 wrong settings,
        3 the cluster or the topic is not there, 130 interrupted, 141 nobody reads what is printed.
        """;

    public static Command Create()
    {
        Command list = new("list", "Prints dead-letter records, the oldest of each partition first, and counts them by reason and source.");
        Argument<string?> listed = TopicArgument();
        DlqOptions filter = new();
        Option<int?> most = Number("--max", "Print this many at most; all are counted. Default: 1000.", int.MaxValue, "1 or more");
        list.Arguments.Add(listed);
        filter.AddTo(list);
        list.Options.Add(most);
        list.SetAction((result, stop) => RunAsync(result, filter, (settings, lines) =>
        {
            string name = result.GetValue(listed) ?? settings.Kafka.DeadLetterTopic;
            using DeadLetterTopic topic = Open(settings, name, "sluice-dlq");
            RecordFilter asked = filter.FilterOf(result);
            IReadOnlyList<PartitionRange> ranges = topic.Ranges(asked.Since);
            RecordList table = new(lines, name, ranges, result.GetValue(most) ?? DefaultMost);
            foreach (PartitionRange range in ranges)
                foreach (DeadLetterRecord record in topic.Read(range, stop)) table.Add(record, asked.Takes(record));
            table.End();
            return Task.FromResult(0);
        }, stop));

        Command show = new("show", "Prints one dead-letter record whole: what is wrong with it, its headers, key and value.");
        Argument<string> shown = new("record") { Description = "Its place, as list has it: [TOPIC:]PARTITION:OFFSET." };
        Option<int?> bytes = Number("--bytes", "Of key and value print this many bytes at most. Default: 4096.", 1 << 24, "1 to 16777216");
        DlqOptions cluster = new();
        shown.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var place }] && PlaceOf(place) is null)
                result.AddError("The record is named by [TOPIC:]PARTITION:OFFSET, such as mails.dead-letters:0:42.");
        });
        show.Arguments.Add(shown);
        cluster.AddClusterTo(show);
        show.Options.Add(bytes);
        show.SetAction((result, stop) => RunAsync(result, cluster, (settings, lines) =>
        {
            (string? named, int partition, long offset) = PlaceOf(result.GetRequiredValue(shown))!.Value;
            string name = named ?? settings.Kafka.DeadLetterTopic;
            using DeadLetterTopic topic = Open(settings, name, "sluice-dlq");
            PartitionRange? range = topic.Ranges().Where(range => range.Partition == partition).Select(range => (PartitionRange?)range)
                .SingleOrDefault();
            if (range is not { } there || offset < there.Begin || offset >= there.End)
                throw new ClusterException($"Topic '{name}' has no record {partition}:{offset}; " + (range is { } other
                    ? $"of partition {partition} it has those from {other.Begin} on that are before {other.End}."
                    : "there is no such partition."));
            DeadLetterRecord record = topic.Read(there with { Begin = offset, End = offset + 1 }, stop).FirstOrDefault()
                ?? throw new ClusterException($"Topic '{name}' has no record at {partition}:{offset}: a marker of a transaction, or one "
                    + "that was taken away.");
            new RecordSheet(lines, result.GetValue(bytes) ?? DefaultBytes).Print(record);
            return Task.FromResult(0);
        }, stop));
        return new("dlq", Description) { list, show, DlqReplay.Create() };
    }

    /// <summary>The dead-letter topic of a command; that of the settings where none is given.</summary>
    public static Argument<string?> TopicArgument()
    {
        Argument<string?> topic = new("topic")
        {
            Description = "The dead-letter topic. Default: Sluice:Kafka:DeadLetterTopic of the settings.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        topic.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var name }] && !Provenance.IsTopic(name))
                result.AddError("The topic has a name that none can have.");
        });
        return topic;
    }

    /// <summary>The client that reads a topic.</summary>
    public static DeadLetterTopic Open(DeadLetterSettings settings, string topic, string group) =>
        new(settings.Kafka with { GroupId = group }, topic, settings.Redaction, TimeProvider.System);

    /// <summary>An option that takes a number from 1 on.</summary>
    public static Option<int?> Number(string name, string description, int most, string range) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => WholeNumber.Parse(result, name, most, range),
    };

    /// <summary>Reads the settings, does the work, and tells what went wrong.</summary>
    /// <returns>The program's exit code.</returns>
    public static async Task<int> RunAsync(ParseResult result, DlqOptions options, Func<DeadLetterSettings, LineWriter, Task<int>> work,
        CancellationToken stop)
    {
        TextWriter errors = result.InvocationConfiguration.Error;
        Redaction redaction = new([]);
        try
        {
            DeadLetterSettings settings = options.SettingsOf(result, out IReadOnlyList<string> faults);
            redaction = settings.Redaction;
            if (faults.Count > 0)
            {
                await errors.WriteLineAsync("The settings are wrong:");
                foreach (string fault in faults) await errors.WriteLineAsync($"  {fault}");
                return ExitCodes.Misconfigured;
            }

            await using StreamWriter plain = new(new StandardOutput(), new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };
            LineWriter lines = new(Console.IsOutputRedirected ? null : AnsiConsole.Console, plain, redaction);
            return await Task.Run(() => work(settings, lines), CancellationToken.None); // so that a signal is heeded meanwhile
        }
        catch (OutputException e)
        {
            return e.Tell(errors);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
        catch (Exception e) when (e is FileNotFoundException or InvalidDataException)
        {
            await errors.WriteLineAsync(redaction.Clean(e.Message));
            return ExitCodes.Misconfigured;
        }
        catch (ReplayRefusedException e)
        {
            await errors.WriteLineAsync(e.Message);
            return ExitCodes.Failed;
        }
        catch (ClusterException e)
        {
            await errors.WriteLineAsync(redaction.Clean(e.Message));
            return ExitCodes.CannotStart;
        }
    }

    private static (string? Topic, int Partition, long Offset)? PlaceOf(string text)
    {
        string[] parts = text.Split(':');
        if (parts.Length is not (2 or 3) || (parts.Length == 3 && !Provenance.IsTopic(parts[0]))) return null;
        return int.TryParse(parts[^2], NumberStyles.None, CultureInfo.InvariantCulture, out int partition)
            && long.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out long offset)
            ? (parts.Length == 3 ? parts[0] : null, partition, offset) : null;
    }
}

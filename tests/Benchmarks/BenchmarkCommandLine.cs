using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Globalization;
using Benchmarks.Burst.Plain;
using Benchmarks.Texts;
using Sluice.Cli;

namespace Benchmarks;

/// <summary><c>./sluice bench</c>: one subcommand for each benchmark, and <c>micro</c> for BenchmarkDotNet.</summary>
/// <param name="benchmarks">In the order of the help.</param>
/// <param name="time">Dates what is written.</param>
internal sealed class BenchmarkCommandLine(IReadOnlyList<Benchmark> benchmarks, TimeProvider time)
{
    private readonly Option<FileInfo?> _json = new("--json")
    {
        Description = "Write machine, versions, date, tables and figures to this file.",
        HelpName = "FILE",
        Recursive = true,
    };

    private readonly Option<FileInfo?> _markdown = new("--markdown")
    {
        Description = "Write the same to this file for people, with the command, as the pages of docs/results are.",
        HelpName = "FILE",
        Recursive = true,
    };

    private readonly Option<string?> _texts = new("--texts")
    {
        Description = $"Folder with {ShortTexts.Sst2Dev.File}, {ShortTexts.Sst2Train.File} and {ShortTexts.AgNews.File}. "
            + $"Default: ${ShortTexts.Variable}, else texts of the same lengths are made of the mails.",
        HelpName = "DIR",
        Recursive = true,
    };

    private readonly Option<int> _rounds = new("--rounds")
    {
        Description = "How often each contestant is measured, in turn with the others; medians, minima and maxima are over these. 1..1000.",
        DefaultValueFactory = _ => 9,
        CustomParser = WholeBetween(1, 1000),
        Recursive = true,
    };

    /// <summary>Parses what stands behind <c>./sluice bench</c>; help names the command as it was typed.</summary>
    private ParseResult Parse(IEnumerable<string> arguments) => new Command("./sluice") { Create() }.Parse(["bench", .. arguments]);

    /// <summary>Runs what stands behind <c>./sluice bench</c>; a mistake in it is told as the other commands tell it, in a line or two.
    /// </summary>
    /// <returns>The program's exit code.</returns>
    public async Task<int> RunAsync(IEnumerable<string> arguments, InvocationConfiguration console, CancellationToken cancel = default)
    {
        ParseResult parsed = Parse(arguments);
        return parsed.Action is ParseErrorAction ? UsageError.Tell(parsed, console.Error) : await parsed.InvokeAsync(console, cancel);
    }

    private Command Create()
    {
        Command root = new(
            "bench",
            "Measures a part of Sluice on this machine. Each benchmark prints its tables and its figures with their goals; contestants "
            + "take turns in one process, so that a slow moment of the machine falls on all of them. "
            + "`./sluice bench NAME --help` says what a benchmark does.")
        {
            new HelpOption(),
            _json,
            _markdown,
            _rounds,
            _texts,
        };
        root.SetAction(parsed => new HelpAction().Invoke(parsed));
        foreach (Benchmark benchmark in benchmarks)
        {
            root.Add(CreateCommand(benchmark));
        }

        root.Add(MicroBenchmarks.CreateCommand());
        root.Add(PlainWorkerCommand.Create());
        return root;
    }

    private Command CreateCommand(Benchmark benchmark)
    {
        Command command = new(benchmark.Name, $"{benchmark.Summary} {benchmark.Teaches}");
        Option<int>? documents = benchmark.Documents is { } all ? CreateDocuments(all) : null;
        if (documents is not null) command.Add(documents);
        foreach (Option own in benchmark.Options) command.Add(own);
        command.SetAction((parsed, cancel) => RunAsync(benchmark, parsed, documents is null ? 0 : parsed.GetValue(documents), cancel));
        return command;
    }

    private static Option<int> CreateDocuments(int all)
    {
        Option<int> documents = new("--documents")
        {
            Description = $"Documents; fewer make a trial, whose figures do not count. 1000..{all}.",
            DefaultValueFactory = _ => all,
            CustomParser = WholeBetween(1000, all),
        };
        return documents;
    }

    private static Func<ArgumentResult, int> WholeBetween(int least, int most) => result =>
    {
        string given = result.Tokens[0].Value;
        if (int.TryParse(given, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            && number >= least && number <= most)
            return number;
        result.AddError($"{((OptionResult)result.Parent!).Option.Name} is {given}; it must be between {least} and {most}.");
        return least;
    };

    private async Task<int> RunAsync(Benchmark benchmark, ParseResult parsed, int documents, CancellationToken cancel)
    {
        ReportTerminal terminal = new(parsed.InvocationConfiguration.Output);
        BenchmarkReport report = new(benchmark.Name, benchmark.Summary, Machine.Read());
        ShortTexts texts = new(parsed.GetValue(_texts));
        if (!MayWrite(_json) | !MayWrite(_markdown)) return 1;
        terminal.WriteHeader(report);
        try
        {
            await benchmark.Run(
                new BenchmarkRun(report, parsed.GetValue(_rounds), texts, terminal.WriteNote, documents)
                {
                    Given = parsed,
                    Save = () => Save(),
                },
                cancel);
        }
        catch (BenchmarkInputException e)
        {
            terminal.WriteError(e.Message);
            return 1;
        }

        terminal.Write(report);
        return Save() && report.Faults.Count == 0 ? 0 : 1;

        bool Save()
        {
            ReportOrigin origin = ReportOrigin.Now(parsed.Tokens.Skip(1).Select(token => token.Value), time);
            return TryWrite(_json, () => ReportJson.Render(report, origin))
                & TryWrite(_markdown, () => ReportMarkdown.Render(report, origin));
        }

        // A run may take half an hour: what cannot be written is told before it.
        bool MayWrite(Option<FileInfo?> option) => Try(option, "nothing was measured.", file =>
        {
            bool isNew = !file.Exists;
            using (file.Open(FileMode.OpenOrCreate, FileAccess.Write))
            {
            }

            if (isNew) file.Delete();
        });

        // And one file that cannot be written after all keeps nobody from the other.
        bool TryWrite(Option<FileInfo?> option, Func<string> content) => Try(option, "what was measured stands above.", file =>
            Replace(file.FullName, content()));

        bool Try(Option<FileInfo?> option, string otherwise, Action<FileInfo> write)
        {
            if (parsed.GetValue(option) is not { } file) return true;
            try
            {
                Directory.CreateDirectory(file.DirectoryName!);
                write(file);
                return true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                terminal.WriteError($"{option.Name} {file}: {e.Message} Name another file; {otherwise}");
                return false;
            }
        }
    }

    // Beside its place, and there when it is whole: who is cut off leaves what stood there. A pipe or a terminal is written to as it is.
    private static void Replace(string path, string content)
    {
        if (path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal))
        {
            File.WriteAllText(path, content);
            return;
        }

        string written = $"{path}.{Environment.ProcessId}.part";
        try
        {
            File.WriteAllText(written, content);
            File.Move(written, path, overwrite: true);
        }
        finally
        {
            File.Delete(written);
        }
    }
}

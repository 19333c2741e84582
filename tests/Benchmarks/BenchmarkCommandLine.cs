using System.CommandLine;
using System.CommandLine.Help;
using Benchmarks.Texts;

namespace Benchmarks;

/// <summary><c>./sluice bench</c>: one subcommand for each benchmark, and <c>micro</c> for BenchmarkDotNet.</summary>
internal static class BenchmarkCommandLine
{
    private static readonly Option<FileInfo?> Json = new("--json")
    {
        Description = "Write machine, versions, tables and figures to this file.",
        HelpName = "FILE",
        Recursive = true,
    };

    private static readonly Option<string?> Texts = new("--texts")
    {
        Description = $"Folder with {ShortTexts.Sst2Dev.File}, {ShortTexts.Sst2Train.File} and {ShortTexts.AgNews.File}. "
            + $"Default: ${ShortTexts.Variable}, else texts of the same lengths are made of the mails.",
        HelpName = "DIR",
        Recursive = true,
    };

    private static readonly Option<int> Rounds = new("--rounds")
    {
        Description = "How often each contestant is measured, in turn with the others; medians, minima and maxima are over these. 1..1000.",
        DefaultValueFactory = _ => 9,
        Recursive = true,
    };

    public static Command Create()
    {
        Rounds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 1000)
            {
                result.AddError($"--rounds is {result.GetValueOrDefault<int>()}; it must be between 1 and 1000.");
            }
        });
        Command root = new(
            "bench",
            "Measures a part of Sluice on this machine. Each benchmark prints its tables and its figures with their goals; contestants take turns in one process, so that "
            + "a slow moment of the machine falls on all of them. `./sluice bench NAME --help` says what a benchmark does.")
        {
            new HelpOption(),
            Json,
            Rounds,
            Texts,
        };
        root.SetAction(parsed => new HelpAction().Invoke(parsed));
        foreach (Benchmark benchmark in Benchmarks.All)
        {
            root.Add(CreateCommand(benchmark));
        }

        root.Add(MicroBenchmarks.CreateCommand());
        return root;
    }

    private static Command CreateCommand(Benchmark benchmark)
    {
        Command command = new(benchmark.Name, $"{benchmark.Summary} {benchmark.Teaches}");
        Option<int>? documents = benchmark.Documents is { } all ? CreateDocuments(all) : null;
        if (documents is not null) command.Add(documents);
        command.SetAction((parsed, cancel) =>
        {
            int count = documents is null ? 0 : parsed.GetValue(documents);
            return RunAsync(benchmark, parsed.GetValue(Rounds), new ShortTexts(parsed.GetValue(Texts)), count, parsed.GetValue(Json),
                cancel);
        });
        return command;
    }

    private static Option<int> CreateDocuments(int all)
    {
        Option<int> documents = new("--documents") { Description = $"Documents; fewer make a trial, whose figures do not count. 1000..{all}.", DefaultValueFactory = _ => all };
        documents.Validators.Add(result =>
        {
            int given = result.GetValueOrDefault<int>();
            if (given < 1000 || given > all) result.AddError($"--documents is {given}; it must be between 1000 and {all}.");
        });
        return documents;
    }

    private static async Task<int> RunAsync(
        Benchmark benchmark, int rounds, ShortTexts texts, int documents, FileInfo? json, CancellationToken cancel)
    {
        BenchmarkReport report = new(benchmark.Name, benchmark.Summary, Machine.Read());
        ReportTerminal.WriteHeader(report);
        try
        {
            await benchmark.Run(new BenchmarkRun(report, rounds, texts, ReportTerminal.WriteNote, documents), cancel);
        }
        catch (BenchmarkInputException e)
        {
            ReportTerminal.WriteError(e.Message);
            return 1;
        }

        ReportTerminal.Write(report);
        if (json is not null)
        {
            ReportJson.Write(report, json.FullName);
        }

        return 0;
    }
}

using System.CommandLine;
using Benchmarks.Texts;

namespace Benchmarks;

/// <summary>One name that <c>./sluice bench</c> knows.</summary>
/// <param name="Name">What the user types.</param>
/// <param name="Summary">What is measured, in a sentence.</param>
/// <param name="Teaches">For <c>--help</c>: on what data, against what, and which figures with which goals.</param>
/// <param name="Run">Measures and fills the report; throws if it cannot.</param>
internal sealed record Benchmark(string Name, string Summary, string Teaches, Func<BenchmarkRun, CancellationToken, Task> Run)
{
    /// <summary>Documents that it measures on where <c>--documents</c> may name fewer; null where nothing can be chosen.</summary>
    public int? Documents { get; init; }

    /// <summary>Options of its own; <see cref="BenchmarkRun.Given"/> has what was given for them.</summary>
    public IReadOnlyList<Option> Options { get; init; } = [];
}

/// <summary>What a benchmark is given.</summary>
/// <param name="Report">Receives versions, tables and figures.</param>
/// <param name="Rounds">How often each contestant is measured; at least 1.</param>
/// <param name="Texts">Where SST-2 and AG News come from; whoever reads them calls <see cref="NameTexts"/>.</param>
/// <param name="Note">Shows a line of progress to whoever waits.</param>
/// <param name="Documents">What <see cref="Benchmark.Documents"/> came to; 0 where that is null.</param>
internal sealed record BenchmarkRun(BenchmarkReport Report, int Rounds, ShortTexts Texts, Action<string> Note, int Documents)
{
    /// <summary>What was given on the command line, for <see cref="Benchmark.Options"/>.</summary>
    public required ParseResult Given { get; init; }

    /// <summary>Writes the files that were asked for as the report stands, for a run that may be cut off; any number of times.</summary>
    public required Action Save { get; init; }

    /// <summary>Says where short texts come from, on the terminal and in the report.</summary>
    public void NameTexts()
    {
        Note($"short texts: {Texts.Source}");
        Report.AddVersion("texts", Texts.Source);
    }
}

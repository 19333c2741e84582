using System.CommandLine;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;

namespace Benchmarks;

/// <summary><c>./sluice bench micro</c>: the BenchmarkDotNet classes of this assembly.</summary>
internal static class MicroBenchmarks
{
    public static Command CreateCommand()
    {
        Argument<string[]> arguments = new("arguments")
        {
            Description = "Passed to BenchmarkDotNet, such as --filter '*Tokenizer*' or --list flat.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Command command = new("micro",
            "Runs micro-benchmarks with BenchmarkDotNet: times and allocated bytes of single operations.") { arguments };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(parsed => Run([.. parsed.GetValue(arguments) ?? [], .. parsed.UnmatchedTokens]));
        return command;
    }

    private static int Run(string[] arguments)
    {
        // In this process: a generated project would need its packages restored again, and this one's rules do not fit generated code.
        IConfig config = ManualConfig.Create(DefaultConfig.Instance)
            .AddJob(Job.ShortRun.WithToolchain(InProcessNoEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default);
        string[] all = arguments.Length == 0 ? ["--filter", "*"] : arguments;
        return BenchmarkSwitcher.FromAssembly(typeof(MicroBenchmarks).Assembly).Run(all, config).All(summary =>
            !summary.HasCriticalValidationErrors) ? 0 : 1;
    }
}

using System.CommandLine;
using Benchmarks.Gpu;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;

namespace Benchmarks;

/// <summary><c>./sluice bench gpu</c>: all that a visit to a machine with a GPU is to tell, within a bound of time.</summary>
internal static class GpuBenchmark
{
    private const string OrTry = "--provider cpu tries the benchmark itself.";
    private const string OnCpu = "CPU: a trial of the benchmark; speeds, of fp16 above all, say nothing of a GPU";

    /// <summary>In the order of what they are worth. Weights are shares of the time on one H100, generously guessed.</summary>
    internal static IReadOnlyList<Section> Sections { get; } =
    [
        new("machine", 6, MachineSection.Measure), new("golden", 6, GoldenSection.Measure), new("labels", 6, HeldOutSection.Measure),
        new("capacity", 34, CapacitySection.Measure),
        new("latency", 6, LatencySection.Measure), new("source", 12, SourceSection.Measure), new("shapes", 14, ShapesSection.Measure),
        new("variants", 8, VariantsSection.Measure), new("invariance", 8, InvarianceSection.Measure),
        new("memory", 4, MemorySection.Measure),
    ];

    public static Benchmark Create()
    {
        Option<string> provider = new("--provider")
        {
            Description = "Where the model runs: cuda, or cpu for a trial of the benchmark itself, whose speeds say nothing of a GPU.",
            DefaultValueFactory = _ => "cuda",
        };
        provider.AcceptOnlyFromAmong("cuda", "cpu");
        Option<double> minutes = new("--minutes")
        {
            Description = "It ends by itself within so many, 0.2..60, whatever it has measured by then; what was left out is told.",
            HelpName = "N",
            DefaultValueFactory = _ => 7,
            CustomParser = GivenParts.MinutesWithin(0.2, 60),
        };
        Option<string[]> only = new("--only")
        {
            Description = $"Sections to measure, separated by commas: {string.Join(", ", Sections.Select(section => section.Name))}.",
            HelpName = "NAMES",
            CustomParser = GivenParts.NamesOf("section", [.. Sections.Select(section => section.Name)]),
        };
        Option<string?> model = new("--model") { Description = "Folder of the bundle. Default: models/mail.", HelpName = "DIR" };
        return new(
            "gpu",
            "What the model is worth on a GPU: where its nodes run, documents a second, latency, and whether it is right.",
            "Machine and providers of all nodes; golden logits in fp32 and fp16; capacity of the mix, our modes in planned batches "
            + "against padded fp32 and fp16 in first-come and sorted ones; one text at a time; texts from memory through the worker's "
            + "steps; milliseconds of a batch by shape; variants of the teacher's graph; the same document in any company; memory. Files "
            + "of --json and --markdown are written anew after each section. Needs the flavour for CUDA (SLUICE_GPU=1), or a kit of "
            + "eng/gpu/pack. Goals hold with cuda only. docs/gpu.md says what each section decides.",
            (run, cancel) => RunAsync(run, run.Given.GetRequiredValue(provider), run.Given.GetValue(minutes),
                run.Given.GetValue(only) ?? [], run.Given.GetValue(model), cancel))
        {
            Options = [provider, minutes, only, model],
        };
    }

    private static async Task RunAsync(BenchmarkRun run, string provider, double minutes, string[] only, string? model,
        CancellationToken cancel)
    {
        Timetable timetable = new(TimeSpan.FromMinutes(minutes), TimeProvider.System);
        ExecutionProvider where = provider == "cuda" ? ExecutionProvider.Cuda : ExecutionProvider.Cpu;
        if (where == ExecutionProvider.Cuda && Cuda.Fault(CudaFindings.OfThisMachine(), deviceId: 0) is { } fault)
            throw new BenchmarkInputException($"{fault} {OrTry}");
        GpuRun gpu = new(run, Load(model ?? Path.Combine(BenchmarkData.RepositoryRoot(), "models", "mail")), where, cancel);
        Probe(gpu.Session);
        run.Report.AddVersion("onnxruntime", OnnxEnvironment.Version);
        run.Report.AddVersion("model", $"{gpu.Bundle.Identity.Id} {gpu.Bundle.Identity.Version}");
        run.Report.AddVersion("provider", where == ExecutionProvider.Cuda ? "CUDA" : OnCpu);
        if (where == ExecutionProvider.Cpu)
            run.Report.Remark = "On a CPU this is a trial of the benchmark: its speeds say nothing of a GPU, those of fp16, which runs by "
                + "casts, nothing at all. No goal is judged.";
        run.Report.AddVersion("precisions", gpu.Served == Precision.Fp16 ? "fp16 served, fp32 beside it"
            : "fp32 only: the bundle has no fp16 graphs, or they cannot run here");
        run.NameTexts();
        Section[] wanted = [.. Sections.Where(section => only.Length == 0 || only.Contains(section.Name))];
        await Gpu.Sections.RunAsync(wanted, gpu, timetable, TimeProvider.System, cancel);
    }

    /// <summary>Loads the provider's libraries, as the first session would: what keeps one from a GPU keeps every section from it, and is
    /// told once and whole. Nothing is taken of the GPU's memory.</summary>
    /// <exception cref="BenchmarkInputException">The provider cannot be had.</exception>
    internal static void Probe(SessionSettings settings)
    {
        try
        {
            settings.ToOptions().Dispose();
        }
        catch (ProviderException fault)
        {
            throw new BenchmarkInputException($"{fault.Message} {OrTry}");
        }
    }

    private static ModelBundle Load(string folder)
    {
        try
        {
            return ModelBundle.Load(folder);
        }
        catch (BundleException fault)
        {
            throw new BenchmarkInputException(fault.Message);
        }
    }
}

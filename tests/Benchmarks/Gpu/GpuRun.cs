using Microsoft.ML.OnnxRuntime;
using Sluice.Inference;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;
using Sluice.Inference.Students;
using Sluice.Worker.Configuration;

namespace Benchmarks.Gpu;

/// <summary>What the sections of <c>bench gpu</c> measure on, and where they tell what they found.</summary>
/// <param name="run">The benchmark's.</param>
/// <param name="bundle">The model.</param>
/// <param name="provider">Where it runs.</param>
/// <param name="cancel">Looked at before each measurement.</param>
internal sealed class GpuRun(BenchmarkRun run, ModelBundle bundle, ExecutionProvider provider, CancellationToken cancel)
{
    private const int MaxLine = 240, Beginning = 80;

    private StartBudgets? _startBudgets;

    public BenchmarkReport Report => run.Report;

    public ModelBundle Bundle => bundle;

    public CancellationToken Cancel => cancel;

    /// <summary>Texts for the mix, and rounds at most.</summary>
    public BenchmarkRun Asked => run;

    /// <summary>Whether it runs on a GPU. Else it is a trial of the benchmark itself: fewer documents, and no goals.</summary>
    public bool OnGpu => provider != ExecutionProvider.Cpu;

    /// <summary>How engines run.</summary>
    public EngineOptions Engines { get; } = EnginesOn(provider);

    /// <summary>How sessions of graphs run that no engine serves.</summary>
    public SessionSettings Session => Engines.ToSession() with { SharedArenaBytes = null };

    /// <summary>What measures a run, one for all sections.</summary>
    public CostClock Clock { get; } = new(EnginesOn(provider), TimeProvider.System);

    /// <summary>What a batch may hold where the worker finds it.</summary>
    public StartBudgets StartBudgets => _startBudgets ??= new StartBudgets(this);

    /// <summary>What a batch of ours holds where nobody asks for another: the longest document at least.</summary>
    public BatchBudget Budget => BudgetOf(OnGpu ? 16_384 : BatchBudget.DefaultTokens);

    /// <summary>The precision that is served on a GPU: fp16 where the bundle has it.</summary>
    public Precision Served => Has(GraphRole.Teacher, Precision.Fp16) ? Precision.Fp16 : Precision.Fp32;

    /// <summary>The precisions that can run here, the exact one first.</summary>
    public IReadOnlyList<Precision> Precisions => Served == Precision.Fp16 ? [Precision.Fp32, Precision.Fp16] : [Precision.Fp32];

    /// <summary>Modes in a precision from the dearest on: the teacher, the group's prefixes, swift.</summary>
    public IEnumerable<Mode> Modes(Precision precision)
    {
        yield return Mode.Teacher(precision);
        for (int count = bundle.Manifest.StudentCount; count > 0; count--)
            if (Has(GraphRole.Student(count), precision)) yield return Mode.Students(count, precision);
        if (Has(GraphRole.Swift, precision)) yield return Mode.Swift(precision);
    }

    /// <summary>A budget of so many tokens, or of the longest document.</summary>
    public BatchBudget BudgetOf(int tokens) =>
        new(OnGpu ? BatchingOptions.MostRows : BatchBudget.DefaultRows, int.Max(tokens, bundle.Identity.MaxTokens));

    /// <summary>The engine that the worker would label with.</summary>
    public IEngine Open(Mode mode) => EngineFactory.Create(bundle, mode, Engines);

    /// <summary>The two ways to run a prefix of the group, each by its name; a way whose graphs are missing is left out.</summary>
    public IEnumerable<(string Strategy, Func<IEngine> Open)> Strategies(Mode students)
    {
        yield return ("a session each", () => new StudentGroupEngine(
            StudentGroup.Load(bundle, students.Precision, students.StudentCount, Engines), bundle.Manifest.Encoder.MaxPositions,
            new HelperThreads(HelperThreads.AtOnce(students.StudentCount, 1, Environment.ProcessorCount))));
        if (Has(GraphRole.Group(students.StudentCount), students.Precision))
            yield return ("stacked", () => GraphEngine.Create(bundle, students, Engines));
    }

    /// <summary>A graph of the bundle that no role has, or null where there is none.</summary>
    public string? Baseline(string name) =>
        Path.Combine(bundle.Directory, $"baseline-{name}.onnx") is var path && File.Exists(path) ? path : null;

    public void Note(string line) => run.Note(line);

    public void Save() => run.Save();

    /// <summary>A figure whose goal holds on a GPU only.</summary>
    public void AddAtLeast(string name, double value, string unit, double goal)
    {
        if (OnGpu) Report.AddFigureAtLeast(name, value, unit, goal);
        else Report.AddFigure(name, value, unit);
    }

    /// <inheritdoc cref="AddAtLeast"/>
    public void AddAtMost(string name, double value, string unit, double goal)
    {
        if (OnGpu) Report.AddFigureAtMost(name, value, unit, goal);
        else Report.AddFigure(name, value, unit);
    }

    /// <summary>Whether the provider refused for a reason that is one contestant's own: a graph that does not load, or memory that ended.
    /// The others go on.</summary>
    public static bool IsRefusal(Exception fault) => fault is OnnxRuntimeException or ArenaLimitException or BundleException
        or InvalidDataException || fault.InnerException is { } inner && IsRefusal(inner);

    /// <summary>What a failure says, in one line that fits a cell. Of a long one the beginning, which tells what failed, and the end, where
    /// the loader's and ONNX Runtime's reasons stand; of a failure of CUDA's own, its cause in the middle too.</summary>
    public static string OneLine(Exception fault)
    {
        Exception told = IsRefusal(fault) ? Innermost(fault) : fault;
        string line = told.Message.ReplaceLineEndings(" ").Trim(), cause = Cuda.Words(told).ReplaceLineEndings(" ");
        bool isBehind = line.Length > MaxLine && cause.Length < line.Length - Beginning;
        string shown = isBehind ? $"{line[..Beginning]} ... {Cut(cause, MaxLine - Beginning)}" : Cut(line, MaxLine);
        return $"{fault.GetType().Name}: {shown}";
    }

    private static string Cut(string line, int most) =>
        line.Length <= most ? line : $"{line[..(most / 2)]} ... {line[^(most - (most / 2))..]}";

    private bool Has(string role, Precision precision) =>
        bundle.Manifest.HasGraph(role, precision) && Engines.Refusal(precision) is null;

    private static EngineOptions EnginesOn(ExecutionProvider provider) =>
        new() { Provider = provider, AllowsCastPrecision = provider == ExecutionProvider.Cpu };

    private static Exception Innermost(Exception fault) => fault.InnerException is { } inner ? Innermost(inner) : fault;
}

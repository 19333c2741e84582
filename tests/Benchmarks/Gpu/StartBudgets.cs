using Microsoft.Extensions.Logging;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Modes;
using Sluice.Worker.Configuration;
using Sluice.Worker.Startup;

namespace Benchmarks.Gpu;

/// <summary>What a batch may hold by the worker's own step, which tries it at its start: for each mode served alone, found when first asked
/// for, and told in a table.</summary>
/// <param name="run">Where it runs.</param>
/// <remarks>Nothing else may run on the GPU meanwhile. On a CPU one trial is made, of the least budget.</remarks>
internal sealed class StartBudgets(GpuRun run)
{
    private readonly Dictionary<Mode, BatchBudget> _found = [];
    private ReportTable? _table;

    /// <param name="mode">One of the engine's.</param>
    /// <param name="engine">Runs the trials.</param>
    /// <exception cref="ArenaLimitException">There is not even memory for the least.</exception>
    public BatchBudget Of(Mode mode, IEngine engine)
    {
        if (_found.TryGetValue(mode, out BatchBudget known)) return known;
        BatchingOptions batching = run.OnGpu ? new() : new() { MaxRows = run.Budget.MaxRows, MaxTokens = run.Budget.MaxTokens };
        LastLine told = new();
        BudgetStep step = new(new ModelOptions { Mode = mode.Name, Precision = mode.Precision }, batching,
            new PipelineOptions { IsOnGpu = run.OnGpu }, run.Engines, run.Clock, new Redaction([]), told);
        BatchBudget least = batching.Least;
        BatchBudget found = step.Find(engine, least with { MaxTokens = int.Max(least.MaxTokens, engine.Model.MaxTokens) });
        _table ??= run.Report.AddTable("What a batch may hold, as the worker finds it at its start", "mode", "precision", "documents",
            "tokens", "why no more");
        string why = told.Text.Split(": ", 2)[^1]; // before it stand the numbers
        _table.AddRow(mode.Name, mode.Precision.Name(), found.MaxRows, found.MaxTokens, why);
        return _found[mode] = found;
    }

    /// <summary>Keeps what the step says of how it found it.</summary>
    private sealed class LastLine : ILogger<BudgetStep>
    {
        public string Text { get; private set; } = "";

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Text = formatter(state, exception);
    }
}

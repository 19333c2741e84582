using Microsoft.ML.OnnxRuntime;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Modes;

namespace Sluice.Inference.Warmup;

/// <summary>Tries what the heaviest batches of a budget take on a GPU, in each mode that may be used: how long one takes, and whether there
/// is memory for it. More than one there never is: runs take turns (<see cref="DeviceTurn"/>).</summary>
/// <param name="engine">What will serve.</param>
/// <param name="modes">What batches may be run in, at least one; all loaded.</param>
/// <param name="options">How the engine runs; of memory it says which failures are a refusal.</param>
/// <param name="clock">Measures a run.</param>
/// <remarks>Not thread-safe, and nobody else runs the engine meanwhile.</remarks>
internal sealed class BudgetTrial(IEngine engine, IReadOnlyCollection<Mode> modes, EngineOptions options, CostClock clock)
{
    private const int Times = 2; // the first run of a shape pays for memory and for the choice of kernels

    private readonly Mode[] _modes = Mode.LargestOfEach(modes);

    private BatchBudget? _runs; // the last that did

    /// <summary>Why the last budget was refused; null where it was not.</summary>
    public OnnxRuntimeException? Refused { get; private set; }

    /// <summary>Milliseconds of the slowest batch, in the dearest mode; null where it does not run: for want of memory, or for whatever a
    /// GPU has against so large a batch, as long as the budget before it still runs.</summary>
    /// <param name="budget">Holds the model's longest document.</param>
    /// <exception cref="OnnxRuntimeException">A run fails for another reason than memory, and nothing has run before, or nothing runs any
    /// more.</exception>
    public double? Milliseconds(BatchBudget budget)
    {
        Refused = null;
        try
        {
            double slowest = Slowest(budget);
            _runs = budget;
            return slowest;
        }
        catch (OnnxRuntimeException e)
        {
            if (!ArenaLimit.Refuses(options, e) && !StillRuns()) throw;
            Refused = e;
            return null;
        }
    }

    private bool StillRuns()
    {
        try
        {
            if (_runs is { } before) Slowest(before);
            return _runs is not null;
        }
        catch (OnnxRuntimeException)
        {
            return false; // the first failure is the one to be told
        }
    }

    private double Slowest(BatchBudget budget)
    {
        double slowest = 0;
        foreach ((int rows, int length) in HeaviestBatches.Of(engine.Model.MaxTokens, budget))
        {
            foreach (Mode mode in _modes) slowest = double.Max(slowest, FasterOfTwo(rows, length, mode));
        }

        return slowest;
    }

    private double FasterOfTwo(int rows, int length, Mode mode)
    {
        using PackedBatch<int> batch = Filled(rows, length);
        double least = double.PositiveInfinity;
        for (int time = 0; time < Times; time++)
        {
            long began = clock.Now();
            long helpersCpuNs = Run(batch, mode);
            least = double.Min(least, clock.MillisecondsSince(began, helpersCpuNs));
        }

        return least;
    }

    // A student that is late has had its memory; one that fails otherwise is told by the memory warm-up, by its number.
    private long Run(PackedBatch<int> batch, Mode mode)
    {
        BatchOutcome outcome = engine.Run(batch.Tensors, mode, DiscardedRows.Instance);
        return outcome.Missing is OnnxRuntimeException e && ArenaLimit.Refuses(options, e) ? throw e : outcome.HelpersCpuNs;
    }

    private static PackedBatch<int> Filled(int rows, int length)
    {
        PackedBatch<int> batch = new(rows, rows * length);
        Span<int> ids = new int[length];
        for (int row = 0; row < rows; row++) batch.TryAdd(0, ids);
        batch.Seal();
        return batch;
    }
}

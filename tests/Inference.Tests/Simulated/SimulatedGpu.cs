using Microsoft.Extensions.Time.Testing;
using Microsoft.ML.OnnxRuntime;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;

namespace Inference.Tests.Simulated;

/// <summary>A simulated GPU: a run takes no time, but moves the clock by what its table says; it needs memory for each token, and refuses
/// what it has not in the words of ONNX Runtime's arena. Runs follow one another.</summary>
/// <param name="cost">Its table.</param>
/// <param name="memoryBytes">Memory for a run.</param>
internal sealed class SimulatedGpu(BatchCost cost, long memoryBytes = long.MaxValue) : IEngine
{
    /// <summary>Bytes that a run needs for each token.</summary>
    public const int BytesAToken = 10_000;

    private readonly Lock _turn = new();

    /// <summary>The engine's options for such a device.</summary>
    public static EngineOptions Options { get; } = new() { Provider = ExecutionProvider.Cuda };

    public FakeTimeProvider Time { get; } = new();

    /// <summary>Measures what runs take here.</summary>
    public CostClock Clock => new(Options, Time);

    /// <summary>Shapes of all runs, in order.</summary>
    public List<BatchShape> Runs { get; } = [];

    /// <summary>Modes that cost more, and how many times as much.</summary>
    public Dictionary<Mode, double> Dearer { get; } = [];

    /// <summary>What a run throws in place of running; null runs.</summary>
    public Func<BatchShape, Exception?> Fault { get; set; } = _ => null;

    public ModelIdentity Model { get; } = new("simulated", "1.0.0", ["no", "yes"], SimulatedGpuCost.Longest);

    public IReadOnlyList<Mode> Modes { get; init; } = [Mode.Teacher(Precision.Fp32)];

    public string CostNameOf(Mode mode) => mode.Name;

    public BatchOutcome Run(PackedTensors batch, Mode mode, IRowSink sink)
    {
        BatchShape shape = BatchShape.Of(batch.Lengths);
        lock (_turn)
        {
            Runs.Add(shape);
            if (Fault(shape) is { } fault) throw fault;
            long needed = (long)BytesAToken * shape.Tokens;
            string refusal = $"Available memory of {memoryBytes} is smaller than requested bytes of {needed}";
            if (needed > memoryBytes) throw PackageFailure.Of<OnnxRuntimeException>(refusal);
            Time.Advance(TimeSpan.FromMilliseconds(cost.Predict(shape) * Dearer.GetValueOrDefault(mode, 1)));
        }

        using WholeBatch rows = new(batch.Rows, Model.Labels.Count);
        rows.Logits.Clear();
        rows.Give(sink, new Provenance(mode));
        return new BatchOutcome(new Provenance(mode));
    }

    public void Dispose()
    {
    }
}

using Microsoft.ML.OnnxRuntime;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;

namespace Worker.Tests.Pipeline;

/// <summary>Labels as <see cref="ConstantEngine"/> does, one row after another, except for runs that are to fail.</summary>
/// <param name="fault">What the next run, of documents of these lengths, fails with; null where it is to come through.</param>
internal sealed class FaultyEngine(Func<int[], string?> fault) : IEngine
{
    public const string GpuIsGone = "CUDA failure 719: unspecified launch failure ; GPU=3 ; expr=cudaStreamSynchronize(s)",
        NoMemory = "Failed to allocate memory for requested buffer of size 4096.";

    private readonly ConstantEngine _engine = new(InferRig.Model, [InferRig.Teacher, InferRig.Swift], rowsAtOnce: 1);

    public ModelIdentity Model => _engine.Model;

    public IReadOnlyList<Mode> Modes => _engine.Modes;

    /// <summary>Rows that a run gives before it fails, where it has as many.</summary>
    public int GivesBefore { get; init; }

    /// <summary>The lengths of each run's documents.</summary>
    public List<int[]> Runs { get; } = [];

    public string CostNameOf(Mode mode) => mode.Name;

    public BatchOutcome Run(PackedTensors batch, Mode mode, IRowSink sink)
    {
        int[] lengths = batch.Lengths.ToArray();
        Runs.Add(lengths);
        if (fault(lengths) is not { } message) return _engine.Run(batch, mode, sink);
        FailingSink failing = new(sink, GivesBefore, message);
        if (GivesBefore > 0) _engine.Run(batch, mode, failing);
        throw failing.Failure;
    }

    public void Dispose() => _engine.Dispose();

    private sealed class FailingSink(IRowSink sink, int rows, string message) : IRowSink
    {
        private int _left = rows;

        public OnnxRuntimeException Failure { get; } = PackageFailure.Of<OnnxRuntimeException>(message);

        public void Take(ReadOnlySpan<int> rows, ReadOnlySpan<float> logits, Provenance provenance)
        {
            if (_left-- == 0) throw Failure;
            sink.Take(rows, logits, provenance);
        }
    }
}

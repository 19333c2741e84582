using Microsoft.ML.OnnxRuntime;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;

namespace Worker.Tests.Pipeline;

/// <summary>Labels as <see cref="ConstantEngine"/> does, one row after another, except for runs that are to fail.</summary>
/// <param name="fault">What a run fails with; null where it is to come through.</param>
internal sealed class FaultyEngine(Func<FaultyRun, string?> fault) : IEngine
{
    public const string GpuIsGone = "CUDA failure 719: unspecified launch failure ; GPU=3 ; expr=cudaStreamSynchronize(s)",
        NoMemory = "Failed to allocate memory for requested buffer of size 4096.";

    private readonly ConstantEngine _engine = new(InferRig.Model, [InferRig.Teacher, InferRig.Swift], rowsAtOnce: 1);

    public ModelIdentity Model => _engine.Model;

    public IReadOnlyList<Mode> Modes => _engine.Modes;

    /// <summary>Rows that a run gives before it fails, where it has as many.</summary>
    public int GivesBefore { get; init; }

    /// <summary>What helpers are said to spend on a run that comes through, nanoseconds.</summary>
    public long HelpersCpuNs { get; init; }

    /// <summary>Each run, in turn.</summary>
    public List<FaultyRun> Runs { get; } = [];

    public string CostNameOf(Mode mode) => mode.Name;

    public BatchOutcome Run(PackedTensors batch, Mode mode, IRowSink sink)
    {
        FaultyRun run = new(batch.Lengths.ToArray(), IsMadeUp: batch.Ids[0] == InferRig.Shortest[0]);
        if (run.IsMadeUp) Assert.Equal(-1, batch.Ids[1..].IndexOfAnyExcept(InferRig.Shortest[^1]));
        Runs.Add(run);
        if (fault(run) is not { } message) return _engine.Run(batch, mode, sink) with { HelpersCpuNs = HelpersCpuNs };
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

/// <summary>A run, before it comes through or fails.</summary>
/// <param name="Lengths">Of its documents.</param>
/// <param name="IsMadeUp">Whether it is of the document that shows if the engine is sound, rather than of the test's.</param>
internal readonly record struct FaultyRun(int[] Lengths, bool IsMadeUp)
{
    public int Rows => Lengths.Length;

    /// <summary>Whether a document of the test's that has so many tokens is in it.</summary>
    public bool Has(int tokens) => !IsMadeUp && Lengths.Contains(tokens);
}

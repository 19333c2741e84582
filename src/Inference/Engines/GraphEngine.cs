using Microsoft.ML.OnnxRuntime;
using Sluice.Inference.Batching;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;

namespace Sluice.Inference.Engines;

/// <summary>Runs one graph from tokens to logits over packed batches: every layer of a bundle's teacher, its swift student, or a prefix of
/// its group stacked. Thread-safe; <see cref="Run"/> allocates what <see cref="Session.Run"/> does.</summary>
internal sealed class GraphEngine : IEngine
{
    private readonly Session _session;
    private readonly int _maxPositions;

    private GraphEngine(ModelBundle bundle, Mode mode, Session session)
    {
        _session = session;
        _maxPositions = bundle.Manifest.Encoder.MaxPositions;
        Model = bundle.Identity;
        Mode = mode;
    }

    public ModelIdentity Model { get; }

    /// <summary>What this engine labels with: the teacher, the swift student or a prefix of the group, in one precision.</summary>
    public Mode Mode { get; }

    /// <summary>
    /// Loads a graph; of the teacher in fp32, whose weights are expanded, that takes about a second, and in int8 a tenth of that.
    /// </summary>
    /// <param name="bundle">Checked.</param>
    /// <param name="mode">The teacher, the swift student, or students whose stacked graph the bundle has.</param>
    /// <param name="options">How to run it.</param>
    /// <exception cref="ProviderException">The provider asked for cannot be had; the message says what to install.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the graph.</exception>
    /// <exception cref="BundleException">The bundle has no such graph, or the one that ONNX Runtime loaded is not the one that was
    /// checked.</exception>
    public static GraphEngine Create(ModelBundle bundle, Mode mode, EngineOptions options)
    {
        string role = mode.Kind switch { ModeKind.Swift => GraphRole.Swift, ModeKind.Students => GraphRole.Group(mode.StudentCount), _ =>
            GraphRole.Teacher };
        if (mode.Kind == ModeKind.Swift && !bundle.Manifest.HasSwift)
            throw BundleException.CannotServe(bundle, mode, "it has no swift student");
        if (mode.Kind == ModeKind.Students && !bundle.Manifest.HasGraph(role, mode.Precision))
            throw new BundleException(bundle.Directory,
                [$"no graph in {mode.Precision} stacks the weights of the first {mode.StudentCount} students; run them in a session each, or export the bundle anew"]);
        return new GraphEngine(bundle, mode, ServedGraph.Open(bundle, role, mode.Precision, options.ToSession()));
    }

    /// <summary>Labels a sealed batch, on the caller's thread.</summary>
    /// <param name="batch">At least one row; no row longer than the encoder's positions.</param>
    /// <param name="logits">[rows, labels], row-major, written; exactly rows x labels long.</param>
    /// <exception cref="ArgumentException"><paramref name="logits"/> has another length, or a document is too long.</exception>
    /// <returns>The mode, all of it.</returns>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses: a token id outside the vocabulary.</exception>
    public unsafe BatchOutcome Run(PackedTensors batch, Span<float> logits)
    {
        int rows = batch.Rows, tokens = batch.Tokens, longest = batch.MaxLength, labels = Model.Labels.Count;
        if (logits.Length != rows * labels)
            throw new ArgumentException($"The logits of {rows} rows and {labels} labels need {rows * labels} places, not {logits.Length}.", nameof(logits));
        if (longest > _maxPositions)
            throw new ArgumentException($"A document has {longest} tokens but the encoder has {_maxPositions} positions; truncate it to the model's {Model.MaxTokens}.", nameof(batch));
        fixed (int* ids = batch.Ids, positions = batch.Positions, gather = batch.Gather, scatter = batch.Scatter, lengths = batch.Lengths,
            cls = batch.Cls)
        fixed (float* output = logits)
        {
            _session.Run(
                [Tensor.Of(ids, tokens), Tensor.Of(positions, tokens), Tensor.Of(gather, rows, longest), Tensor.Of(scatter, tokens),
                    Tensor.Of(lengths, rows), Tensor.Of(cls, rows)],
                [Tensor.Of(output, rows, labels)]);
        }

        return new BatchOutcome(new Provenance(Mode, StudentsUsed: Mode.StudentCount > 0 ? Mode.StudentCount : null));
    }

    public void Dispose() => _session.Dispose();
}

using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using Sluice.Inference.Batching;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;

namespace Sluice.Inference.Engines;

/// <summary>Runs one graph from tokens to logits over packed batches: every layer of a bundle's teacher, its swift student, or a prefix of
/// its group stacked. All rows are done at once. Thread-safe; <see cref="Run"/> allocates what <see cref="Session.Run"/> does.</summary>
internal sealed class GraphEngine : IEngine
{
    private readonly Session _session;
    private readonly int _maxPositions;

    private GraphEngine(ModelBundle bundle, Mode mode, Session session)
    {
        _session = session;
        _maxPositions = bundle.Manifest.Encoder.MaxPositions;
        Model = bundle.Identity;
        Modes = [mode];
    }

    public ModelIdentity Model { get; }

    /// <summary>The one mode that it labels in: the teacher, the swift student or a prefix of the group, in one precision.</summary>
    public IReadOnlyList<Mode> Modes { get; }

    public string CostNameOf(Mode mode) => mode.Name;

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
        string role = mode.Kind switch
        {
            ModeKind.Teacher => GraphRole.Teacher,
            ModeKind.Swift => GraphRole.Swift,
            ModeKind.Students => GraphRole.Group(mode.StudentCount),
            _ => throw new UnreachableException($"Mode {mode.Kind} has no graph. This is a bug."),
        };
        if (mode.Kind == ModeKind.Swift && !bundle.Manifest.HasSwift)
            throw BundleException.CannotServe(bundle, mode, "it has no swift student");
        if (mode.Kind == ModeKind.Students && !bundle.Manifest.HasGraph(role, mode.Precision))
            throw new BundleException(bundle.Directory,
                [$"no graph in {mode.Precision} stacks the weights of the first {mode.StudentCount} students; run them in a session each, "
                    + "or export the bundle anew"]);
        return new GraphEngine(bundle, mode, ServedGraph.Open(bundle, role, mode.Precision, options.ToSession()));
    }

    /// <inheritdoc/>
    public unsafe BatchOutcome Run(PackedTensors batch, Mode mode, IRowSink sink)
    {
        int rows = batch.Rows, tokens = batch.Tokens, longest = batch.MaxLength, labels = Model.Labels.Count;
        if (mode != Modes[0]) throw mode.NotLoaded(Modes);
        if (longest > _maxPositions)
        {
            throw new ArgumentException($"A document has {longest} tokens but the encoder has {_maxPositions} positions; "
                + $"truncate it to the model's {Model.MaxTokens}.", nameof(batch));
        }

        using WholeBatch whole = new(rows, labels);
        fixed (int* ids = batch.Ids, positions = batch.Positions, gather = batch.Gather, scatter = batch.Scatter, lengths = batch.Lengths,
            cls = batch.Cls)
        fixed (float* output = whole.Logits)
        {
            _session.Run(
                [Tensor.Of(ids, tokens), Tensor.Of(positions, tokens), Tensor.Of(gather, rows, longest), Tensor.Of(scatter, tokens),
                    Tensor.Of(lengths, rows), Tensor.Of(cls, rows)],
                [Tensor.Of(output, rows, labels)]);
        }

        Provenance provenance = new(mode, StudentsUsed: mode.StudentCount > 0 ? mode.StudentCount : null);
        whole.Give(sink, provenance);
        return new BatchOutcome(provenance);
    }

    public void Dispose() => _session.Dispose();
}

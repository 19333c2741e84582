using Sluice.Worker.Batching;
using Sluice.Worker.Control;
using Sluice.Worker.Onnx;

namespace Sluice.Worker.Inference;

/// <summary>Labels batches by the first students of a group in one run of one graph, in which their weights are stacked: a launch serves all of them (specs/student-parallelism.md, section 3.2, way c).</summary>
/// <remarks>For a GPU, where small batches wait for launches. Each prefix is a session of its own, so all are loaded at the start. In float32 only. A run gives all of its students or fails. Thread-safe; <see cref="Run(PackedTensors, Span{float})"/> allocates nothing managed.</remarks>
internal sealed class StackedGroupEngine : IStudentEngine
{
    private readonly OrtSession[] _prefixes;
    private readonly Mode[] _modes;
    private readonly int _maxPositions;

    private StackedGroupEngine(ModelBundle bundle, OrtSession[] prefixes)
    {
        (Model, _prefixes, _maxPositions) = (bundle.Identity, prefixes, bundle.Manifest.Encoder.MaxPositions);
        _modes = [.. Enumerable.Range(1, prefixes.Length).Select(count => Mode.Students(count, Precision.Fp32))];
    }

    public ModelIdentity Model { get; }

    public Mode Mode => _modes[^1];

    /// <summary>Whether a bundle has the graph of each prefix up to <paramref name="count"/>.</summary>
    public static bool IsIn(BundleManifest manifest, int count) => Enumerable.Range(1, count).All(prefix => manifest.Graphs.ContainsKey(GraphRole.Group(prefix)));

    /// <summary>Loads the graphs of the prefixes up to <paramref name="count"/>, of which the bundle has each.</summary>
    /// <exception cref="BundleException">A graph is no longer the one that was checked.</exception>
    /// <exception cref="OrtException">ONNX Runtime refuses a graph.</exception>
    public static StackedGroupEngine Load(ModelBundle bundle, int count, EngineOptions options)
    {
        var loaded = new List<OrtSession>();
        try
        {
            for (int prefix = 1; prefix <= count; prefix++) loaded.Add(ServedGraph.Open(bundle, GraphRole.Group(prefix), Precision.Fp32, options.ToSessionOptions()));
            return new StackedGroupEngine(bundle, [.. loaded]);
        }
        catch
        {
            loaded.ForEach(one => one.Dispose());
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="logits"/> has another length, or a document is too long.</exception>
    /// <exception cref="OrtException">ONNX Runtime refuses: a token id outside the vocabulary.</exception>
    public BatchOutcome Run(PackedTensors batch, Span<float> logits) => Run(batch, _prefixes.Length, logits);

    /// <inheritdoc/>
    public unsafe BatchOutcome Run(PackedTensors batch, int count, Span<float> logits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _prefixes.Length);
        int rows = batch.Rows, labels = Model.Labels.Count;
        if (logits.Length != rows * labels)
            throw new ArgumentException($"The logits of {rows} rows and {labels} labels need {rows * labels} places, not {logits.Length}.", nameof(logits));
        if (batch.MaxLength > _maxPositions)
            throw new ArgumentException($"A document has {batch.MaxLength} tokens but the students have {_maxPositions} positions; truncate it to the model's {Model.MaxTokens}.", nameof(batch));
        fixed (int* ids = batch.Ids, positions = batch.Positions, gather = batch.Gather, scatter = batch.Scatter, lengths = batch.Lengths, cls = batch.Cls)
        fixed (float* output = logits)
            new PackedPointers(ids, positions, gather, scatter, lengths, cls, batch.Tokens, rows, batch.MaxLength).Feed(_prefixes[count - 1], output, labels, options: null);
        return new BatchOutcome(new BatchProvenance(_modes[count - 1], StudentsUsed: count));
    }

    public void Dispose()
    {
        foreach (OrtSession session in _prefixes) session.Dispose();
    }
}

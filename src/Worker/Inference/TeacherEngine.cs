using Sluice.Worker.Batching;
using Sluice.Worker.Control;
using Sluice.Worker.Onnx;

namespace Sluice.Worker.Inference;

/// <summary>Runs every layer of a bundle's teacher over packed batches. Thread-safe; <see cref="Run"/> allocates nothing managed.</summary>
internal sealed class TeacherEngine : IDisposable
{
    private readonly OrtSession _session;
    private readonly int _maxPositions;

    private TeacherEngine(ModelBundle bundle, Precision precision, OrtSession session)
    {
        _session = session;
        _maxPositions = bundle.Manifest.Encoder.MaxPositions;
        Model = bundle.Identity;
        Mode = Mode.Teacher(precision);
    }

    public ModelIdentity Model { get; }

    /// <summary>What this engine labels with: the teacher, in the precision it was created for.</summary>
    public Mode Mode { get; }

    /// <summary>Loads the graph of one precision; about a second in fp32, whose weights are expanded, and a tenth of that in int8.</summary>
    /// <exception cref="OrtLibraryException">ONNX Runtime, or the provider asked for, is missing; the message says what to install.</exception>
    /// <exception cref="OrtException">ONNX Runtime refuses the graph.</exception>
    /// <exception cref="BundleException">The graph that ONNX Runtime loaded is not the one that was checked.</exception>
    public static TeacherEngine Create(ModelBundle bundle, Precision precision, EngineOptions options)
    {
        string graph = bundle.TeacherGraph(precision);
        OrtSession session;
        try
        {
            session = new OrtSession(graph, options.ToSessionOptions(), GraphContract.Inputs, GraphContract.Outputs(bundle.Identity.Labels.Count));
        }
        catch (InvalidDataException e)
        {
            throw new BundleException(bundle.Directory, [e.Message]);
        }
        if (GraphContract.MetadataDisagreements(session.Metadata, bundle.Manifest, precision).FirstOrDefault() is { } changed)
        {
            session.Dispose();
            throw new BundleException(bundle.Directory, [$"{Path.GetFileName(graph)} was replaced after the bundle was checked: {changed}"]);
        }
        return new TeacherEngine(bundle, precision, session);
    }

    /// <summary>Labels a sealed batch, on the caller's thread.</summary>
    /// <param name="batch">At least one row; no row longer than the encoder's positions.</param>
    /// <param name="logits">[rows, labels], row-major, written; exactly rows x labels long.</param>
    /// <exception cref="ArgumentException"><paramref name="logits"/> has another length, or a document is too long.</exception>
    /// <exception cref="OrtException">ONNX Runtime refuses: a token id outside the vocabulary.</exception>
    public unsafe void Run(PackedTensors batch, Span<float> logits)
    {
        int rows = batch.Rows, tokens = batch.Tokens, longest = batch.MaxLength, labels = Model.Labels.Count;
        if (logits.Length != rows * labels)
            throw new ArgumentException($"The logits of {rows} rows and {labels} labels need {rows * labels} places, not {logits.Length}.", nameof(logits));
        if (longest > _maxPositions)
            throw new ArgumentException($"A document has {longest} tokens but the encoder has {_maxPositions} positions; truncate it to the model's {Model.MaxTokens}.", nameof(batch));
        fixed (int* ids = batch.Ids, positions = batch.Positions, gather = batch.Gather, scatter = batch.Scatter, lengths = batch.Lengths, cls = batch.Cls)
        fixed (float* output = logits)
        {
            _session.Run(
                [Tensor.Of(ids, tokens), Tensor.Of(positions, tokens), Tensor.Of(gather, rows, longest), Tensor.Of(scatter, tokens), Tensor.Of(lengths, rows), Tensor.Of(cls, rows)],
                [Tensor.Of(output, rows, labels)]);
        }
    }

    public void Dispose() => _session.Dispose();
}

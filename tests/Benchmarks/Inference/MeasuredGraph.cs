using Sluice.Inference.Batching;
using Sluice.Inference.Models;
using Sluice.Inference.Onnx;

namespace Benchmarks.Inference;

/// <summary>One graph in a session of its own, and the batches of each policy laid out for it beforehand.</summary>
internal sealed unsafe class MeasuredGraph : IDisposable
{
    private static readonly TensorSpec[] PaddedInputs = [new("input_ids", TensorType.Int32, [-1, -1]),
        new("lengths", TensorType.Int32, [-1])];
    private readonly Session _session;
    private readonly Dictionary<Policy, Action[]> _runs;

    /// <param name="path">The graph; its name begins with padded where it takes padded input.</param>
    /// <param name="padded">Whether it takes input_ids and lengths rather than the packed inputs.</param>
    /// <param name="labels">Columns of its logits.</param>
    /// <param name="documents">Token ids.</param>
    /// <param name="profilePrefix">Where to write a trace, or null.</param>
    public MeasuredGraph(string path, bool padded, int labels, int[][] documents, string? profilePrefix = null)
    {
        var options = new SessionSettings { ProfilePrefix = profilePrefix };
        _session = new Session(path, options, padded ? PaddedInputs : GraphContract.Inputs, GraphContract.Outputs(labels));
        _runs = Enum.GetValues<Policy>().ToDictionary(
            policy => policy,
            policy => Documents.Batches(documents, policy)
                .Select(batch => padded ? Padded(batch, labels) : Packed(batch, labels)).ToArray());
    }

    /// <summary>Runs all documents once.</summary>
    /// <returns>Milliseconds of this thread a document.</returns>
    public double Measure(Policy policy)
    {
        double start = ThreadClock.Milliseconds();
        foreach (Action run in _runs[policy])
            run();
        return (ThreadClock.Milliseconds() - start) / Documents.Count;
    }

    /// <inheritdoc cref="Session.EndProfiling"/>
    public string EndProfiling() => _session.EndProfiling();

    public void Dispose() => _session.Dispose();

    private Action Packed(int[][] documents, int labels)
    {
        var batch = new PackedBatch<int>(documents.Length, documents.Sum(ids => ids.Length));
        for (int row = 0; row < documents.Length; row++)
            batch.TryAdd(row, documents[row]);
        batch.Seal();
        var logits = new float[documents.Length * labels];
        return () =>
        {
            PackedTensors t = batch.Tensors;
            fixed (int* ids = t.Ids, positions = t.Positions, gather = t.Gather, scatter = t.Scatter, lengths = t.Lengths, cls = t.Cls)
            fixed (float* output = logits)
            {
                _session.Run(
                    [Tensor.Of(ids, t.Tokens), Tensor.Of(positions, t.Tokens), Tensor.Of(gather, t.Rows, t.MaxLength),
                        Tensor.Of(scatter, t.Tokens), Tensor.Of(lengths, t.Rows), Tensor.Of(cls, t.Rows)],
                    [Tensor.Of(output, t.Rows, labels)]);
            }
        };
    }

    private Action Padded(int[][] documents, int labels)
    {
        int longest = documents.Max(ids => ids.Length);
        int[] lengths = [.. documents.Select(ids => ids.Length)];
        int[] ids = [.. documents.SelectMany(document => document.Concat(Enumerable.Repeat(0, longest - document.Length)))];
        var logits = new float[documents.Length * labels];
        return () =>
        {
            fixed (int* words = ids, counts = lengths)
            fixed (float* output = logits)
                _session.Run([Tensor.Of(words, lengths.Length, longest), Tensor.Of(counts, lengths.Length)],
                    [Tensor.Of(output, lengths.Length, labels)]);
        };
    }
}

using Sluice.Inference.Models;
using Sluice.Inference.Onnx;

namespace Benchmarks.Batching;

/// <summary>What is served without this project: a padded graph with ONNX Runtime's own fusions.</summary>
internal sealed unsafe class PaddedModel : IServedModel
{
    private static readonly TensorSpec[] Inputs = [new("input_ids", TensorType.Int32, [-1, -1]), new("lengths", TensorType.Int32, [-1])];
    private readonly Session _session;
    private readonly int _labels;

    public PaddedModel(string path, int labels, int threads)
        : this(path, labels, new SessionSettings { IntraOpThreads = threads, Spinning = threads > 1 })
    {
    }

    public PaddedModel(string path, int labels, SessionSettings settings)
    {
        _session = new Session(path, settings, Inputs, GraphContract.Outputs(labels));
        _labels = labels;
    }

    public void Run(ReadOnlySpan<int[]> documents) => Logits(documents);

    /// <summary>Labels documents together.</summary>
    /// <returns>[documents][labels], row-major.</returns>
    public float[] Logits(ReadOnlySpan<int[]> documents)
    {
        int rows = documents.Length, longest = 0;
        foreach (int[] document in documents) longest = Math.Max(longest, document.Length);
        int[] ids = new int[rows * longest], lengths = new int[rows];
        float[] logits = new float[rows * _labels];
        for (int row = 0; row < rows; row++)
        {
            documents[row].CopyTo(ids, row * longest);
            lengths[row] = documents[row].Length;
        }

        fixed (int* words = ids, counts = lengths)
        fixed (float* output = logits)
            _session.Run([Tensor.Of(words, rows, longest), Tensor.Of(counts, rows)], [Tensor.Of(output, rows, _labels)]);
        return logits;
    }

    public void Dispose() => _session.Dispose();
}

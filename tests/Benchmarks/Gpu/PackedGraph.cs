using Benchmarks.Batching;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Onnx;

namespace Benchmarks.Gpu;

/// <summary>A packed graph by itself, without the engine that would serve it. Thread-safe.</summary>
internal sealed unsafe class PackedGraph : IServedModel
{
    private readonly Session _session;
    private readonly int _columns;
    private readonly ThreadLocal<PackedBatch<int>> _batches;

    /// <summary>A graph that no role of the bundle has: a variant that is measured and not served.</summary>
    /// <param name="path">With the packed inputs and logits.</param>
    /// <param name="labels">Columns of its logits.</param>
    /// <param name="settings">How it runs.</param>
    /// <param name="budget">What a batch may hold.</param>
    public PackedGraph(string path, int labels, SessionSettings settings, BatchBudget budget)
        : this(new Session(path, settings, GraphContract.Inputs, GraphContract.Outputs(labels)), labels, budget)
    {
    }

    /// <param name="session">Of a graph with the packed inputs; disposed with this.</param>
    /// <param name="columns">Of its output.</param>
    /// <param name="budget">What a batch may hold.</param>
    public PackedGraph(Session session, int columns, BatchBudget budget)
    {
        _session = session;
        _columns = columns;
        _batches = new(() => new PackedBatch<int>(budget));
    }

    public void Run(ReadOnlySpan<int[]> documents) => Label(documents);

    /// <summary>The same, with what it gave: [documents][columns].</summary>
    public float[][] Label(ReadOnlySpan<int[]> documents)
    {
        PackedBatch<int> batch = _batches.Value!;
        batch.Clear();
        foreach (int[] document in documents)
        {
            if (!batch.TryAdd(0, document))
                throw new ArgumentException($"{documents.Length} documents are more than a batch takes.", nameof(documents));
        }

        batch.Seal();
        PackedTensors t = batch.Tensors;
        float[] rows = new float[t.Rows * _columns];
        fixed (int* ids = t.Ids, positions = t.Positions, gather = t.Gather, scatter = t.Scatter, lengths = t.Lengths, cls = t.Cls)
        fixed (float* output = rows)
        {
            new PackedPointers(ids, positions, gather, scatter, lengths, cls, t.Tokens, t.Rows, t.MaxLength)
                .Feed(_session, output, _columns, null);
        }

        return [.. rows.Chunk(_columns)];
    }

    public void Dispose()
    {
        _batches.Dispose();
        _session.Dispose();
    }
}

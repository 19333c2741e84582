using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Modes;

namespace Benchmarks.Batching;

/// <summary>An engine that the worker serves with, in the last of its modes; one batch buffer for each thread.</summary>
/// <param name="engine">Runs the batches.</param>
/// <param name="budget">What one may hold.</param>
/// <param name="ownsEngine">Whether the engine is disposed with this.</param>
internal sealed class PackedModel(IEngine engine, BatchBudget budget, bool ownsEngine = true) : IServedModel
{
    private readonly ThreadLocal<PackedBatch<int>> _batches = new(() => new PackedBatch<int>(budget));

    public IEngine Engine => engine;

    public Mode Mode => engine.Modes[^1];

    public void Run(ReadOnlySpan<int[]> documents) => engine.Run(Pack(documents).Tensors, Mode, DiscardedRows.Instance);

    /// <summary>The same, measured, by an engine that runs this one's.</summary>
    public CostedBatch Run(ReadOnlySpan<int[]> documents, CostedEngine costed, ThreadPace own)
    {
        PackedBatch<int> batch = Pack(documents);
        return costed.Run(batch.Tensors, batch.Shape, Mode, own, DiscardedRows.Instance);
    }

    public void Dispose()
    {
        _batches.Dispose();
        if (ownsEngine) engine.Dispose();
    }

    private PackedBatch<int> Pack(ReadOnlySpan<int[]> documents)
    {
        PackedBatch<int> batch = _batches.Value!;
        batch.Clear();
        foreach (int[] document in documents)
        {
            if (!batch.TryAdd(0, document))
                throw new ArgumentException($"{documents.Length} documents are more than a batch of {budget} takes.", nameof(documents));
        }

        batch.Seal();
        return batch;
    }
}

using Sluice.Inference.Batching;
using Sluice.Inference.Engines;

namespace Benchmarks.Batching;

/// <summary>An engine that the worker serves with, which this owns; one batch buffer for each thread.</summary>
internal sealed class PackedModel(IEngine engine, BatchBudget budget) : IServedModel
{
    private readonly ThreadLocal<(PackedBatch<int> Batch, float[] Logits)> _buffers = new(() =>
        (new PackedBatch<int>(budget), new float[budget.MaxRows * engine.Model.Labels.Count]));

    public IEngine Engine => engine;

    public void Run(ReadOnlySpan<int[]> documents)
    {
        (PackedBatch<int> batch, Memory<float> logits) = Pack(documents);
        engine.Run(batch.Tensors, logits.Span);
    }

    /// <summary>The same, measured, by an engine that runs this one's.</summary>
    public CostedBatch Run(ReadOnlySpan<int[]> documents, CostedEngine costed)
    {
        (PackedBatch<int> batch, Memory<float> logits) = Pack(documents);
        return costed.Run(batch.Tensors, batch.Shape, logits.Span);
    }

    public void Dispose()
    {
        _buffers.Dispose();
        engine.Dispose();
    }

    private (PackedBatch<int> Batch, Memory<float> Logits) Pack(ReadOnlySpan<int[]> documents)
    {
        (PackedBatch<int> batch, float[] logits) = _buffers.Value;
        batch.Clear();
        foreach (int[] document in documents)
        {
            if (!batch.TryAdd(0, document))
                throw new ArgumentException($"{documents.Length} documents are more than a batch of {budget} takes.", nameof(documents));
        }

        batch.Seal();
        return (batch, logits.AsMemory(0, batch.Rows * engine.Model.Labels.Count));
    }
}

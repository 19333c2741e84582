using Sluice.Worker.Batching;
using Sluice.Worker.Control;
using Sluice.Worker.Inference;

namespace Worker.Benchmarks.Batching;

/// <summary>The engine that the worker serves with; one batch buffer for each thread.</summary>
internal sealed class PackedModel(ModelBundle bundle, Precision precision, BatchBudget budget) : IServedModel
{
    private readonly GraphEngine _engine = GraphEngine.Create(bundle, Mode.Teacher(precision), new EngineOptions());
    private readonly ThreadLocal<(PackedBatch<int> Batch, float[] Logits)> _buffers = new(() => (new PackedBatch<int>(budget), new float[budget.MaxRows * bundle.Identity.Labels.Count]));

    public GraphEngine Engine => _engine;

    public void Run(ReadOnlySpan<int[]> documents)
    {
        (PackedBatch<int> batch, float[] logits) = _buffers.Value;
        batch.Clear();
        foreach (int[] document in documents)
        {
            if (!batch.TryAdd(0, document)) throw new ArgumentException($"{documents.Length} documents are more than a batch of {budget} takes.", nameof(documents));
        }

        batch.Seal();
        _engine.Run(batch.Tensors, logits.AsSpan(0, batch.Rows * _engine.Model.Labels.Count));
    }

    public void Dispose()
    {
        _buffers.Dispose();
        _engine.Dispose();
    }
}

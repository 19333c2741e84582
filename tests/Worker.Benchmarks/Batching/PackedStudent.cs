using Sluice.Worker.Batching;
using Sluice.Worker.Inference;
using Sluice.Worker.Onnx;

namespace Worker.Benchmarks.Batching;

/// <summary>A packed baseline graph in the session settings that the worker serves with.</summary>
internal sealed unsafe class PackedStudent(string path, int labels, BatchBudget budget) : IDisposable
{
    private readonly OrtSession _session = new(path, new EngineOptions().ToSessionOptions(), GraphContract.Inputs, GraphContract.Outputs(labels));

    public int Labels => labels;

    /// <param name="batch">Sealed, within the budget.</param>
    /// <param name="logits">At least rows x labels.</param>
    public void Run(PackedBatch<int> batch, float[] logits)
    {
        PackedTensors t = batch.Tensors;
        if (t.Rows > budget.MaxRows) throw new ArgumentException($"{t.Rows} rows are more than {budget.MaxRows}.", nameof(batch));
        fixed (int* ids = t.Ids, positions = t.Positions, gather = t.Gather, scatter = t.Scatter, lengths = t.Lengths, cls = t.Cls)
        fixed (float* output = logits)
        {
            _session.Run(
                [Tensor.Of(ids, t.Tokens), Tensor.Of(positions, t.Tokens), Tensor.Of(gather, t.Rows, t.MaxLength), Tensor.Of(scatter, t.Tokens), Tensor.Of(lengths, t.Rows), Tensor.Of(cls, t.Rows)],
                [Tensor.Of(output, t.Rows, labels)]);
        }
    }

    public void Dispose() => _session.Dispose();
}

using Microsoft.ML.OnnxRuntime;
using Sluice.Inference.Onnx;

namespace Sluice.Inference.Engines;

/// <summary>
/// The packed inputs as addresses, so that several threads may feed them to several graphs at once. As valid as the memory is pinned.
/// </summary>
internal readonly unsafe struct PackedPointers(int* ids, int* positions, int* gather, int* scatter, int* lengths, int* cls, int tokens,
    int rows, int longest)
{
    private readonly int* _ids = ids, _positions = positions, _gather = gather, _scatter = scatter, _lengths = lengths, _cls = cls;

    /// <summary>B, documents.</summary>
    public int Rows { get; } = rows;

    /// <summary>Runs a packed graph over them on this thread.</summary>
    /// <param name="session">A graph with the packed inputs and one output.</param>
    /// <param name="output">[rows, columns], written.</param>
    /// <param name="columns">Columns of the output.</param>
    /// <param name="options">May end the run early.</param>
    public void Feed(Session session, float* output, int columns, RunOptions? options) => session.Run(
        [Tensor.Of(_ids, tokens), Tensor.Of(_positions, tokens), Tensor.Of(_gather, Rows, longest), Tensor.Of(_scatter, tokens),
            Tensor.Of(_lengths, Rows), Tensor.Of(_cls, Rows)],
        [Tensor.Of(output, Rows, columns)],
        options);
}

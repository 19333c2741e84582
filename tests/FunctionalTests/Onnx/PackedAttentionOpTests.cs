using FunctionalTests.Inference;
using Microsoft.ML.OnnxRuntime;
using Sluice.Inference.Batching;
using Sluice.Inference.Models;
using Sluice.Inference.Onnx;

namespace FunctionalTests.Onnx;

/// <summary>Our own operators in a served graph: what runs, and what is refused.</summary>
public sealed unsafe class PackedAttentionOpTests
{
    private static readonly TensorSpec[] Inputs =
    [
        new("ids", TensorType.Int32, [-1]), new("positions", TensorType.Int32, [-1]), new("gather", TensorType.Int32, [-1, -1]),
        new("scatter", TensorType.Int32, [-1]), new("lengths", TensorType.Int32, [-1]), new("cls", TensorType.Int32, [-1]),
    ];

    private static readonly TensorSpec[] Outputs = [new("logits", TensorType.Float, [-1, 2])];

    [Fact]
    public void The_kernel_and_ONNX_s_own_operators_agree_but_are_not_the_same()
    {
        float[] kernel = Run(ownAttention: true, lengths: null), onnx = Run(ownAttention: false, lengths: null);
        Assert.NotEqual(onnx, kernel); // equal bits would mean that the kernel did not run
        Assert.All(onnx.Zip(kernel), pair => Assert.Equal(pair.First, pair.Second, 0.05f + (0.05f * MathF.Abs(pair.First))));
    }

    [Fact]
    public void Several_threads_give_the_bits_of_one() =>
        Assert.Equal(Run(ownAttention: true, lengths: null), Run(ownAttention: true, lengths: null, threads: 3));

    [Theory]
    [InlineData(4, 4, "8 tokens together")]
    [InlineData(9, -2, "document 1 has -2 tokens")]
    [InlineData(0, 7, "document 0 has 0 tokens")]
    [InlineData(int.MaxValue, int.MaxValue, "rows for 7")]
    public void Lengths_that_do_not_fit_the_rows_are_refused_before_anything_is_read(int first, int second, string says)
    {
        OnnxRuntimeException refusal = Assert.Throws<OnnxRuntimeException>(() => Run(ownAttention: true, lengths: [first, second]));
        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>Two documents of 4 and 3 tokens; other lengths may be claimed.</summary>
    private static float[] Run(bool ownAttention, int[]? lengths, int threads = 1)
    {
        using Session session = new(Path.Combine(Models.Tiny, "teacher.int8.onnx"),
            new SessionSettings { OwnAttention = ownAttention, IntraOpThreads = threads }, Inputs, Outputs);
        using PackedBatch<int> batch = new(2, 16);
        batch.TryAdd(0, [2, 60, 70, 3]);
        batch.TryAdd(1, [2, 80, 3]);
        batch.Seal();
        PackedTensors tensors = batch.Tensors;
        int[] claimed = lengths ?? tensors.Lengths.ToArray();
        float[] logits = new float[4];
        fixed (int* ids = tensors.Ids, positions = tensors.Positions, gather = tensors.Gather, scatter = tensors.Scatter, rows = claimed,
            cls = tensors.Cls)
        fixed (float* output = logits)
        {
            session.Run(
                [Tensor.Of(ids, 7), Tensor.Of(positions, 7), Tensor.Of(gather, 2, 4), Tensor.Of(scatter, 7), Tensor.Of(rows, 2),
                    Tensor.Of(cls, 2)],
                [Tensor.Of(output, 2, 2)]);
        }

        return logits;
    }
}

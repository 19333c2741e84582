using System.Runtime.CompilerServices;
using Sluice.Inference.Models;

namespace Sluice.Inference.Onnx;

/// <summary>
/// A tensor over the caller's pinned memory: where it is, its element type and its shape of at most four dimensions. Owns nothing.
/// </summary>
internal readonly unsafe struct Tensor
{
    public const int MaxRank = 4;

    private readonly Dimensions _shape;

    private Tensor(void* data, TensorType type, int elementBytes, ReadOnlySpan<long> shape)
    {
        if (shape.Length > MaxRank)
            throw new ArgumentException($"A tensor here has at most {MaxRank} dimensions, not {shape.Length}.", nameof(shape));
        Data = data;
        Type = type;
        Rank = shape.Length;
        long elements = 1;
        for (int i = 0; i < shape.Length; i++)
        {
            _shape[i] = shape[i];
            elements = checked(elements * shape[i]);
        }
        Bytes = checked((nuint)(elements * elementBytes));
    }

    public void* Data { get; }

    public nuint Bytes { get; }

    public TensorType Type { get; }

    public int Rank { get; }

    /// <summary>Sizes by dimension.</summary>
    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    public ReadOnlySpan<long> Shape => ((ReadOnlySpan<long>)_shape)[..Rank];

    /// <param name="data">Pinned for as long as the tensor is used; holds the product of <paramref name="shape"/> elements.</param>
    /// <param name="shape">Sizes by dimension, none negative.</param>
    public static Tensor Of(int* data, params ReadOnlySpan<long> shape) => new(data, TensorType.Int32, sizeof(int), shape);

    /// <inheritdoc cref="Of(int*, ReadOnlySpan{long})"/>
    public static Tensor Of(float* data, params ReadOnlySpan<long> shape) => new(data, TensorType.Float, sizeof(float), shape);

    [InlineArray(MaxRank)]
    private struct Dimensions
    {
        private long _first;
    }
}

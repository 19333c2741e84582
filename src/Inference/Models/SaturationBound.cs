using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sluice.Inference.Models;

/// <summary>Checks from the stored weights that no product of unsigned by signed 8-bit numbers can saturate.</summary>
/// <remarks>Without VNNI, ONNX Runtime adds two neighbouring products in 16 bits, saturating (docs/models.md, "No sum saturates").
/// An activation is at most 255, so the weights of two neighbouring rows may sum to 128 in magnitude: 128 x 255 = 32,640, and 129 x
/// 255 is past 32,767. Weights are [K,N], so neighbours are rows k and k+1 of a column; every pair is looked at, whichever pairs a
/// kernel makes. A weight that reaches its product through Slice, Concat and the like may get other neighbours there, so each of
/// its numbers must be within 64.</remarks>
internal sealed class SaturationBound
{
    /// <summary>Any two numbers within this sum to at most <see cref="MaxPair"/>.</summary>
    public const int SafeMagnitude = 64;

    private const int MaxPair = 128;
    private const int MaxDepth = 16;
    private const string Danger = "which can saturate 16 bits on CPUs without VNNI";

    /// <summary>
    /// Operators that multiply 8-bit numbers, with the index of their weight input (ContribOperators.md; onnx Operators.md).
    /// </summary>
    private static readonly Dictionary<string, int> WeightInputs = new(StringComparer.Ordinal)
    {
        ["MatMulInteger"] = 1,
        ["MatMulIntegerToFloat"] = 1,
        ["DynamicQuantizeMatMul"] = 1,
        ["QLinearMatMul"] = 3,
        ["QGemm"] = 3,
        ["QAttention"] = 1,
    };

    /// <summary>Operators that move numbers without changing them.</summary>
    private static readonly HashSet<string> Moves =
        ["Slice", "Concat", "Split", "Transpose", "Reshape", "Squeeze", "Unsqueeze", "Identity"];

    private readonly OnnxGraphReader _graph;
    private readonly string _weightsPath;
    private readonly int _maxMagnitude;
    private readonly Dictionary<string, GraphNode> _makers = new(StringComparer.Ordinal);

    /// <param name="graph">The graph whose products are checked.</param>
    /// <param name="weightsPath">File that holds its external tensors; their places in it were checked before.</param>
    /// <param name="maxMagnitude">What the manifest says no weight exceeds, 1..64.</param>
    public SaturationBound(OnnxGraphReader graph, string weightsPath, int maxMagnitude)
    {
        (_graph, _weightsPath, _maxMagnitude) = (graph, weightsPath, maxMagnitude);
        foreach (GraphNode node in graph.Nodes)
        {
            foreach (string output in node.Outputs)
                _makers[output] = node;
        }
    }

    /// <summary>Each weight that breaks the bound, or whose numbers cannot be known; empty when every product is exact.</summary>
    public IEnumerable<string> Violations()
    {
        var moved = new Dictionary<string, bool>(StringComparer.Ordinal);
        var traced = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (GraphNode node in _graph.Nodes)
        {
            if (!WeightInputs.TryGetValue(node.Operator, out int input))
                continue;
            if (node.Inputs.Count <= input || !Trace(node.Inputs[input], false, moved, traced, 0))
                yield return $"expected the weight of {node.Operator} {node.Name} to be a stored tensor, found one that is computed, "
                    + "so that it cannot be checked for saturation";
        }
        foreach ((string name, bool wasMoved) in moved.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (Violation(_graph.Tensors[name], wasMoved) is { } text)
                yield return text;
        }
    }

    /// <summary>Collects the stored tensors that <paramref name="value"/> is made of, and whether they were moved on the way.</summary>
    /// <param name="value">A tensor of the graph.</param>
    /// <param name="wasMoved">Whether it reaches the product through an operator.</param>
    /// <param name="moved">Receives the stored tensors.</param>
    /// <param name="traced">Outcomes so far; false also while a value is being traced, so that a loop ends.</param>
    /// <param name="depth">Operators passed.</param>
    private bool Trace(string value, bool wasMoved, Dictionary<string, bool> moved, Dictionary<string, bool> traced, int depth)
    {
        if (_graph.Tensors.ContainsKey(value))
        {
            moved[value] = wasMoved || moved.GetValueOrDefault(value);
            return true;
        }
        if (traced.TryGetValue(value, out bool known))
            return known;
        traced[value] = false;
        if (depth == MaxDepth || !_makers.TryGetValue(value, out GraphNode? maker) || !Moves.Contains(maker.Operator))
            return false;
        IEnumerable<string> sources = maker.Operator == "Concat" ? maker.Inputs : maker.Inputs.Take(1);
        return traced[value] = sources.All(source => Trace(source, true, moved, traced, depth + 1));
    }

    private string? Violation(StoredTensor tensor, bool moved)
    {
        if (tensor.Type != TensorType.Int8)
            return tensor.Type == TensorType.UInt8 ? null : $"expected 8-bit numbers in {tensor.Name}, found {tensor.Type}";
        if (tensor.Shape is not [long rows, long columns] || rows < 1 || columns < 1 || rows > int.MaxValue / columns
            || rows * columns != tensor.Bytes)
            return $"expected a matrix of as many bytes as its shape says in {tensor.Name}, "
                + $"found {tensor.Bytes} bytes for [{string.Join(',', tensor.Shape)}]";
        ReadOnlySpan<sbyte> weights = Read(tensor);
        int largest = LargestMagnitude(weights);
        int limit = moved ? int.Min(_maxMagnitude, SafeMagnitude) : _maxMagnitude;
        if (largest > limit)
            return $"expected weights of {tensor.Name} within {limit} in magnitude, found {largest}, {Danger}";
        int pair = LargestPair(weights, (int)columns);
        return pair <= MaxPair
            ? null
            : $"expected neighbouring weights of {tensor.Name} to sum to at most {MaxPair} in magnitude, found {pair}, {Danger}";
    }

    private ReadOnlySpan<sbyte> Read(StoredTensor tensor)
    {
        if (tensor.File is null)
            return MemoryMarshal.Cast<byte, sbyte>(tensor.Inline.Span);
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)tensor.Bytes);
        using var file = File.OpenHandle(_weightsPath);
        int read = 0;
        while (read < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(read), tensor.Offset + read) is > 0 and int more)
            read += more;
        return read == bytes.Length
            ? MemoryMarshal.Cast<byte, sbyte>(bytes)
            : throw new EndOfStreamException($"{_weightsPath} ended at byte {tensor.Offset + read}, inside {tensor.Name}");
    }

    /// <summary>max |w|, 0..128.</summary>
    /// <remarks>A start looks at every weight: optimized from the first call on, for by the time that the runtime did so it is
    /// over.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int LargestMagnitude(ReadOnlySpan<sbyte> weights)
    {
        Vector<byte> most = default;
        int at = 0;
        for (; at <= weights.Length - Vector<byte>.Count; at += Vector<byte>.Count)
            most = Vector.Max(most, Magnitude(weights[at..]));
        int largest = LargestOf(most);
        for (; at < weights.Length; at++)
            largest = int.Max(largest, int.Abs(weights[at]));
        return largest;
    }

    /// <summary>max over columns and k of |w[k]| + |w[k+1]|, 0..255 (saturating).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int LargestPair(ReadOnlySpan<sbyte> weights, int columns)
    {
        ReadOnlySpan<sbyte> upper = weights[..^columns], lower = weights[columns..];
        Vector<byte> most = default;
        int at = 0;
        for (; at <= lower.Length - Vector<byte>.Count; at += Vector<byte>.Count)
            most = Vector.Max(most, Vector.AddSaturate(Magnitude(upper[at..]), Magnitude(lower[at..])));
        int largest = LargestOf(most);
        for (; at < lower.Length; at++)
            largest = int.Max(largest, int.Min(255, int.Abs(upper[at]) + int.Abs(lower[at])));
        return largest;
    }

    private static int LargestOf(Vector<byte> lanes)
    {
        int largest = 0;
        for (int lane = 0; lane < Vector<byte>.Count; lane++)
            largest = int.Max(largest, lanes[lane]);
        return largest;
    }

    // |-128| wraps to -128, whose bits are 128 as an unsigned byte: right all the same.
    private static Vector<byte> Magnitude(ReadOnlySpan<sbyte> weights) => Vector.AsVectorByte(Vector.Abs(new Vector<sbyte>(weights)));
}

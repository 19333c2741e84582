namespace Sluice.Inference.Batching;

/// <summary>The six inputs of a packed graph (docs/models.md, "Packed"), as views of a sealed <see cref="PackedBatch{T}"/>.</summary>
/// <remarks>B documents (<see cref="Rows"/>), T tokens in all, S the longest document. All int32, row-major. The views live as long as the
/// batch is neither cleared nor disposed.</remarks>
internal readonly ref struct PackedTensors
{
    /// <summary>[T] token ids of all documents, one document after another.</summary>
    public required ReadOnlySpan<int> Ids { get; init; }

    /// <summary>[T] place of each token in its document, from 0.</summary>
    public required ReadOnlySpan<int> Positions { get; init; }

    /// <summary>[B,S] packed row of each (document, place); 0 where there is no token.</summary>
    public required ReadOnlySpan<int> Gather { get; init; }

    /// <summary>[T] place of each packed row in the flattened [B*S].</summary>
    public required ReadOnlySpan<int> Scatter { get; init; }

    /// <summary>[B] tokens of each document, 1..S.</summary>
    public required ReadOnlySpan<int> Lengths { get; init; }

    /// <summary>[B] packed row of each document's first token, [CLS].</summary>
    public required ReadOnlySpan<int> Cls { get; init; }

    /// <summary>S, tokens of the longest document.</summary>
    public required int MaxLength { get; init; }

    /// <summary>B, documents.</summary>
    public int Rows => Lengths.Length;

    /// <summary>T, tokens of all documents.</summary>
    public int Tokens => Ids.Length;
}

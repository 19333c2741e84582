using System.Diagnostics;

namespace Sluice.Inference.Batching;

/// <summary>
/// What a packed batch's time depends on. Only its documents' lengths make one, so its numbers agree; <c>default</c> holds no document.
/// </summary>
internal readonly record struct BatchShape
{
    private BatchShape(int rows, int tokens, int longest, long squares) =>
        (Rows, Tokens, Longest, Squares) = (rows, tokens, longest, squares);

    /// <summary>Documents.</summary>
    public int Rows { get; }

    /// <summary>Tokens of all documents together, special tokens included.</summary>
    public int Tokens { get; }

    /// <summary>Tokens of the longest document.</summary>
    public int Longest { get; }

    /// <summary>Scores that attention computes for one head where it reads each document as long as it is: the sum of length^2.</summary>
    public long Squares { get; }

    /// <summary>
    /// Scores that attention computes for one head where it sees every document as long as the longest: rows x longest^2. As many as
    /// <see cref="Squares"/> where all have one length, else more.
    /// </summary>
    public long Cells => (long)Rows * Longest * Longest;

    /// <summary>The shape of one document.</summary>
    /// <param name="length">Its tokens, at least 1.</param>
    public static BatchShape Lone(int length) => default(BatchShape).Plus(length);

    /// <summary>The shape of documents, in whatever order.</summary>
    /// <param name="lengths">Tokens of each, at least 1.</param>
    public static BatchShape Of(params ReadOnlySpan<int> lengths)
    {
        BatchShape shape = default;
        foreach (int length in lengths) shape = shape.Plus(length);
        return shape;
    }

    /// <summary>The shape with one document more.</summary>
    /// <param name="length">Its tokens, at least 1.</param>
    public BatchShape Plus(int length)
    {
        Debug.Assert(length >= 1, "a document has a token");
        return new BatchShape(Rows + 1, Tokens + length, Math.Max(Longest, length), Squares + ((long)length * length));
    }

    /// <summary>The shape without some of its documents, of which none is longer than those that stay.</summary>
    /// <param name="shorter">The shape of those that go; some stay.</param>
    public BatchShape Without(BatchShape shorter)
    {
        Debug.Assert(shorter.Rows < Rows && shorter.Longest <= Longest, "some stay, and the longest is among them");
        return new BatchShape(Rows - shorter.Rows, Tokens - shorter.Tokens, Longest, Squares - shorter.Squares);
    }
}

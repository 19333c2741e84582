namespace Sluice.Inference.Tokenization;

/// <summary>
/// A double-array trie over the UTF-8 bytes of tokens: one array access a byte finds the longest token that begins a text.
/// </summary>
/// <remarks>
/// J. Aoe, "An Efficient Digital Search Algorithm by Using a Double-Array Structure", IEEE TSE 15(9), 1989. A node is one
/// <see cref="uint"/>: its own label in bits 0..7, whether a token ends there in bit 8, its base from bit 9; the child of a node by byte
/// <c>c</c> stands at <c>base ^ c</c> if the label there is <c>c</c>. Bases are not shared, so a label alone proves the parent. No token
/// holds byte 0, and no base is 0, so empty places never match. Read only once built: safe for any number of threads.
/// </remarks>
internal sealed class TokenTrie
{
    /// <summary>Bit that marks a node where a token ends.</summary>
    public const uint Terminal = 1 << 8;

    /// <summary>How far a node is shifted to the right to give its base.</summary>
    public const int BaseShift = 9;

    private readonly uint[] _nodes;
    private readonly int[] _ids;

    /// <param name="nodes">The nodes; the length is a multiple of 256, and every base lies below it.</param>
    /// <param name="ids">The id of the token that ends at each node.</param>
    /// <param name="root">The node without a label from which all tokens start.</param>
    public TokenTrie(uint[] nodes, int[] ids, uint root)
    {
        _nodes = nodes;
        _ids = ids;
        Root = root;
    }

    /// <summary>The node before the first byte.</summary>
    public uint Root { get; }

    /// <summary>The nodes, for a walk that reads and folds its bytes itself.</summary>
    public ReadOnlySpan<uint> Nodes => _nodes;

    /// <summary>The id of the token that ends at place <paramref name="index"/> of <see cref="Nodes"/>.</summary>
    public int IdAt(int index) => _ids[index];

    /// <summary>The node that <paramref name="bytes"/> lead to from the root, or 0, from which no byte leads on.</summary>
    public uint Walk(ReadOnlySpan<byte> bytes)
    {
        uint node = Root;
        foreach (byte label in bytes)
        {
            node = _nodes[(node >> BaseShift) ^ label];
            if ((byte)node != label)
            {
                return 0;
            }
        }

        return node;
    }

    /// <summary>Finds the longest token that begins <paramref name="text"/>.</summary>
    /// <param name="start">The node to start from: <see cref="Root"/>, or where the prefix of continuing pieces ends.</param>
    /// <param name="text">UTF-8 without byte 0.</param>
    /// <param name="id">The token's id; meaningless when nothing is found.</param>
    /// <returns>The token's length in bytes, or 0 when none begins the text.</returns>
    public int LongestMatch(uint start, ReadOnlySpan<byte> text, out int id)
    {
        uint node = start;
        uint[] nodes = _nodes;
        uint found = 0;
        int length = 0;
        for (int at = 0; at < text.Length; at++)
        {
            uint place = (node >> BaseShift) ^ text[at];
            node = nodes[place];
            if ((byte)node != text[at])
            {
                break;
            }

            if ((node & Terminal) != 0)
            {
                found = place;
                length = at + 1;
            }
        }

        id = _ids[found];
        return length;
    }
}

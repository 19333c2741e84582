namespace Sluice.Inference.Tokenization;

/// <summary>Lays tokens out as a <see cref="TokenTrie"/>. Used once for each vocabulary.</summary>
internal sealed class TokenTrieBuilder
{
    private const int Block = 256;
    private const double MaxFill = 0.9;

    private readonly byte[][] _tokens;
    private readonly int[] _tokenIds;
    private uint[] _nodes = new uint[Block];
    private int[] _ids = new int[Block];
    private bool[] _taken = new bool[Block];
    private bool[] _baseUsed = new bool[Block];
    private int _searchFrom = 1;

    private TokenTrieBuilder(byte[][] tokens, int[] tokenIds) => (_tokens, _tokenIds) = (tokens, tokenIds);

    /// <param name="tokens">The tokens in any order; distinct, not empty, without byte 0. The index of each is its id.</param>
    public static TokenTrie Build(IReadOnlyList<byte[]> tokens)
    {
        byte[][] sorted = [.. tokens];
        int[] ids = [.. Enumerable.Range(0, sorted.Length)];
        Array.Sort(sorted, ids, Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)));
        TokenTrieBuilder builder = new(sorted, ids);
        builder._baseUsed[0] = true;
        uint root = builder.Place(0, sorted.Length, 0) << TokenTrie.BaseShift;
        return builder.Trim(root);
    }

    private TokenTrie Trim(uint root)
    {
        int size = (Array.LastIndexOf(_taken, true) / Block * Block) + Block;
        return new TokenTrie(_nodes[..size], _ids[..size], root);
    }

    /// <summary>
    /// Places the children of the node that tokens <paramref name="from"/> up to <paramref name="to"/> share for <paramref name="depth"/>
    /// bytes.
    /// </summary>
    /// <returns>The node's base.</returns>
    private uint Place(int from, int to, int depth)
    {
        List<(byte Label, int From, int To)> children = Children(from, to, depth);
        if (children.Count == 0)
        {
            return 0;
        }

        int origin = FreeBase(children);
        _baseUsed[origin] = true;
        foreach ((byte label, _, _) in children)
        {
            _taken[origin ^ label] = true;
        }

        foreach ((byte label, int first, int last) in children)
        {
            int place = origin ^ label;
            bool ends = _tokens[first].Length == depth + 1;
            uint below = Place(ends ? first + 1 : first, last, depth + 1);
            _nodes[place] = (below << TokenTrie.BaseShift) | (ends ? TokenTrie.Terminal : 0) | label;
            _ids[place] = ends ? _tokenIds[first] : 0;
        }

        return (uint)origin;
    }

    private List<(byte Label, int From, int To)> Children(int from, int to, int depth)
    {
        List<(byte, int, int)> children = [];
        for (int start = from, at = from; at < to; start = at)
        {
            byte label = _tokens[start][depth];
            while (at < to && _tokens[at][depth] == label)
            {
                at++;
            }

            children.Add((label, start, at));
        }

        return children;
    }

    private int FreeBase(List<(byte Label, int From, int To)> children)
    {
        int taken = 0;
        for (int place = _searchFrom; ; place++)
        {
            if (place >= _taken.Length)
            {
                Grow();
            }

            if (_taken[place])
            {
                taken++;
                continue;
            }

            int origin = place ^ children[0].Label;
            if (_baseUsed[origin] || !AllFree(origin, children))
            {
                continue;
            }

            // Nearly all that was passed is taken: searching it again would cost more than the places still free in it are worth.
            _searchFrom = taken >= MaxFill * (place - _searchFrom) ? place : _searchFrom;
            return origin;
        }
    }

    private bool AllFree(int origin, List<(byte Label, int From, int To)> children)
    {
        foreach ((byte label, _, _) in children)
        {
            if (_taken[origin ^ label])
            {
                return false;
            }
        }

        return true;
    }

    private void Grow()
    {
        // Doubled, so a multiple of a block: a base and its children lie in one block.
        int size = 2 * _nodes.Length;
        Array.Resize(ref _nodes, size);
        Array.Resize(ref _ids, size);
        Array.Resize(ref _taken, size);
        Array.Resize(ref _baseUsed, size);
    }
}

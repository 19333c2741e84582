using System.Runtime.InteropServices;

namespace Sluice.Worker.Tokenization;

/// <summary>Lays tokens out as a <see cref="TokenTrie"/>. Used once for each vocabulary.</summary>
internal sealed class TokenTrieBuilder
{
    private const int Block = 256;

    private readonly byte[][] _tokens;
    private readonly int[] _tokenIds;
    private readonly List<uint> _nodes = [.. new uint[Block]];
    private readonly List<int> _ids = [.. new int[Block]];
    private readonly List<bool> _taken = [.. new bool[Block]];
    private readonly List<bool> _baseUsed = [.. new bool[Block]];
    private int _firstFree = 1;

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
        return new TokenTrie([.. builder._nodes], [.. builder._ids], root);
    }

    /// <summary>Places the children of the node that tokens <paramref name="from"/> up to <paramref name="to"/> share for <paramref name="depth"/> bytes.</summary>
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
        while (_firstFree < _taken.Count && _taken[_firstFree])
        {
            _firstFree++;
        }

        for (int place = _firstFree; ; place++)
        {
            int origin = place ^ children[0].Label;
            if (place >= _taken.Count)
            {
                Grow();
            }

            if (!_taken[place] && !_baseUsed[origin] && children.TrueForAll(child => !_taken[origin ^ child.Label]))
            {
                return origin;
            }
        }
    }

    private void Grow()
    {
        int size = _nodes.Count + Block;
        CollectionsMarshal.SetCount(_nodes, size);
        CollectionsMarshal.SetCount(_ids, size);
        CollectionsMarshal.SetCount(_taken, size);
        CollectionsMarshal.SetCount(_baseUsed, size);
        CollectionsMarshal.AsSpan(_nodes)[^Block..].Clear();
        CollectionsMarshal.AsSpan(_ids)[^Block..].Clear();
        CollectionsMarshal.AsSpan(_taken)[^Block..].Clear();
        CollectionsMarshal.AsSpan(_baseUsed)[^Block..].Clear();
    }
}

using System.Diagnostics;
using System.Numerics;

namespace Sluice.Inference.Batching;

/// <summary>Documents that wait for a batch, ordered by length and by age.</summary>
/// <typeparam name="T">What is labelled: its offset, its token ids.</typeparam>
/// <remarks>
/// A list for each length, a bit for each length that has any, and a heap by age. Adding and taking are O(log n), the oldest and the totals
/// O(1). Everything is allocated at the start, so neither documents nor the variety of their lengths makes it grow. Bounded: when it is
/// full the caller keeps the document and reads no more. Not thread-safe; one owner.
/// </remarks>
internal sealed class LengthBuffer<T>
{
    private const int None = -1;

    private readonly T[] _items;
    private readonly int[] _lengths;
    private readonly int[] _next;
    private readonly int[] _previous;
    private readonly int[] _first;
    private readonly int[] _last;
    private readonly ulong[] _present;
    private readonly AgeHeap _ages;
    private readonly long _maxTokens;
    private int _free;

    /// <param name="capacity">Documents that may wait. At least 1.</param>
    /// <param name="maxTokens">Tokens that may wait, all documents together; a document that finds the buffer empty is taken in any case.
    /// At least 1.</param>
    /// <param name="longest">Tokens of the longest document there can be. At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is below 1.</exception>
    public LengthBuffer(int capacity, long maxTokens, int longest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(longest, 1);
        (_items, _lengths, _next, _previous) = (new T[capacity], new int[capacity], new int[capacity], new int[capacity]);
        (_first, _last, _present) = (new int[longest + 1], new int[longest + 1], new ulong[(longest / 64) + 1]);
        _ages = new AgeHeap(capacity);
        _maxTokens = maxTokens;
        _first.AsSpan().Fill(None);
        _last.AsSpan().Fill(None);
        for (int slot = 0; slot < capacity; slot++) _next[slot] = slot + 1 < capacity ? slot + 1 : None;
    }

    /// <summary>Documents that wait.</summary>
    public int Count => _ages.Count;

    /// <summary>Tokens of all that wait.</summary>
    public long Tokens { get; private set; }

    /// <summary>Tokens of the longest document there can be.</summary>
    public int Longest => _first.Length - 1;

    /// <summary>When the document that has waited longest came, by the clock of <see cref="TryAdd"/>; null while none waits.</summary>
    public TimeSpan? OldestCame => Count == 0 ? null : _ages.Came(_ages.Oldest);

    /// <summary>Takes over a document. False when the buffer is full: the caller keeps it.</summary>
    /// <param name="item">Returned by <see cref="Take"/>.</param>
    /// <param name="length">Its tokens, 1..<see cref="Longest"/>.</param>
    /// <param name="came">When it came: time since any one instant, of a clock that goes forward. Documents may be added in any order of
    /// coming.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is out of range.</exception>
    public bool TryAdd(T item, int length, TimeSpan came)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Longest);
        if (_free == None || (Count > 0 && Tokens + length > _maxTokens)) return false;
        int slot = _free, last = _last[length];
        _free = _next[slot];
        (_items[slot], _lengths[slot], _next[slot], _previous[slot]) = (item, length, None, last);
        if (last == None) _first[length] = slot;
        else _next[last] = slot;
        _last[length] = slot;
        _present[length / 64] |= 1UL << length;
        _ages.Add(slot, came);
        Tokens += length;
        return true;
    }

    /// <summary>Takes a document out.</summary>
    /// <param name="slot">One of <see cref="WaitingWindow.Slots"/>, not taken since <see cref="View"/> filled the window.</param>
    public T Take(int slot)
    {
        int length = _lengths[slot], next = _next[slot], previous = _previous[slot];
        Debug.Assert(length > 0, "the slot holds a document");
        if (previous == None) _first[length] = next;
        else _next[previous] = next;
        if (next == None) _last[length] = previous;
        else _previous[next] = previous;
        if (_first[length] == None) _present[length / 64] &= ~(1UL << length);
        _ages.Remove(slot);
        Tokens -= length;
        T item = _items[slot];
        (_items[slot], _lengths[slot], _next[slot], _free) = (default!, 0, _free, slot);
        return item;
    }

    /// <summary>
    /// Shows what waits, in order of length and, within one length, of being added. When more waits than the window takes: the oldest
    /// document and its neighbours by length.
    /// </summary>
    public void View(WaitingWindow window)
    {
        window.Clear();
        if (Count == 0) return;
        int oldest = _ages.Oldest, slot = oldest;
        int before = Back(ref slot, Count <= window.Capacity ? Count : window.Capacity / 2);
        int after = 0;
        for (int seen = oldest; after < window.Capacity - before && seen != None; seen = After(seen)) after++;
        Back(ref slot, window.Capacity - before - after);
        for (; window.Count < window.Capacity && slot != None; slot = After(slot))
            window.Append(_lengths[slot], _ages.Came(slot), slot, slot == oldest);
    }

    private int Back(ref int slot, int steps)
    {
        int taken = 0;
        for (int before; taken < steps && (before = Before(slot)) != None; taken++) slot = before;
        return taken;
    }

    private int After(int slot)
    {
        if (_next[slot] != None) return _next[slot];
        int word = (_lengths[slot] + 1) / 64;
        if (word >= _present.Length) return None;
        ulong bits = _present[word] & (ulong.MaxValue << (_lengths[slot] + 1));
        while (bits == 0 && ++word < _present.Length) bits = _present[word];
        return bits == 0 ? None : _first[(word * 64) + BitOperations.TrailingZeroCount(bits)];
    }

    private int Before(int slot)
    {
        if (_previous[slot] != None) return _previous[slot];
        int word = _lengths[slot] / 64;
        ulong bits = _present[word] & ((1UL << _lengths[slot]) - 1);
        while (bits == 0 && --word >= 0) bits = _present[word];
        return bits == 0 ? None : _last[(word * 64) + 63 - BitOperations.LeadingZeroCount(bits)];
    }
}

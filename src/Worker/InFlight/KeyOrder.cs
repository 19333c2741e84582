namespace Sluice.Worker.InFlight;

/// <summary>
/// Keeps documents of one key in order, where that is asked for: of each key one is in flight at most, and the others wait for it here.
/// </summary>
/// <typeparam name="T">What is kept back.</typeparam>
/// <remarks>
/// Keys are given as 64-bit hashes: two keys with one hash are kept in order among each other too, needlessly but rightly. It stands before
/// decoding (<see cref="RecordQueue"/>), so what waits here is in no plan; whoever reads counts it among what is in flight, which bounds
/// it. O(1); allocates only to grow. Not thread-safe; the queue that holds it locks.
/// </remarks>
internal sealed class KeyOrder<T>
{
    private const int None = -1;

    // Key in flight -> the slot of the last that waits for it, or None. The next of a slot is the one after it, of the last the first: a
    // ring.
    private readonly Dictionary<ulong, int> _last = [];
    private T[] _items = new T[64];
    private int[] _next = new int[64];
    private int _used;
    private int _free = None;

    /// <summary>Documents kept back.</summary>
    public int Waiting { get; private set; }

    /// <summary>
    /// A document of <paramref name="key"/> comes. True: it may go on, and is in flight until <see cref="TryLeave"/>. False: another is,
    /// and this one was kept back.
    /// </summary>
    public bool TryEnter(ulong key, T item)
    {
        if (_last.TryAdd(key, None)) return true;
        int slot = Slot(), last = _last[key];
        _items[slot] = item;
        if (last == None) _next[slot] = slot;
        else (_next[slot], _next[last]) = (_next[last], slot);
        _last[key] = slot;
        Waiting++;
        return false;
    }

    /// <summary>
    /// The document of <paramref name="key"/> that was in flight has left: it was delivered, or dropped. True: <paramref name="next"/> had
    /// waited for it, may go on, and is in flight now.
    /// </summary>
    /// <exception cref="InvalidOperationException">None of the key is in flight.</exception>
    public bool TryLeave(ulong key, out T next)
    {
        if (!_last.TryGetValue(key, out int last))
            throw new InvalidOperationException($"No document of key {key:x16} is in flight, so none can leave; "
                + "let each document that entered leave once.");
        next = default!;
        if (last == None)
        {
            _last.Remove(key);
            return false;
        }

        int first = _next[last];
        next = _items[first];
        _next[last] = _next[first];
        _last[key] = first == last ? None : last;
        (_items[first], _next[first], _free) = (default!, _free, first);
        Waiting--;
        return true;
    }

    private int Slot()
    {
        if (_free != None)
        {
            int slot = _free;
            _free = _next[slot];
            return slot;
        }

        if (_used == _items.Length)
        {
            Array.Resize(ref _items, _used * 2);
            Array.Resize(ref _next, _used * 2);
        }

        return _used++;
    }
}

using System.Diagnostics;

namespace Sluice.Worker.InFlight;

/// <summary>The records of one partition that are in flight, in the order in which they were read.</summary>
/// <remarks>
/// A ring of ascending offsets, each with its record's time and a mark for "done". Offsets may have gaps: compaction and transaction
/// markers leave holes in a partition, so "contiguous" means contiguous in what was read. Begin and watermark are O(1); completing is
/// O(log n) for n records in flight. Allocates only to grow. Not thread-safe: <see cref="OffsetTracker"/> holds the lock.
/// </remarks>
internal sealed class OffsetWindow
{
    /// <summary>A record's time where it has none.</summary>
    public const long NoTime = long.MinValue;

    private const int InitialCapacity = 64;

    private long[] _offsets = new long[InitialCapacity];
    private long[] _times = new long[InitialCapacity]; // in ticks; NoTime where a record has none
    private bool[] _done = new bool[InitialCapacity];
    private int _head;
    private long _first; // where reading began; -1 while that is not known

    /// <param name="next">Where reading begins; -1 while that is not known.</param>
    public OffsetWindow(long next = -1) => Next = _first = next;

    /// <summary>The offset after all that was begun or holds no record: what comes next is not below it. -1 while no place is known.
    /// </summary>
    public long Next { get; private set; }

    /// <summary>Records that were begun and lie at or above the watermark.</summary>
    public int Count { get; private set; }

    /// <summary>Those of them that are not done.</summary>
    public int Unfinished { get; private set; }

    /// <summary>The time of the first that is not done, in ticks; <see cref="NoTime"/> where there is none, or it has none.</summary>
    public long OldestTime => Count > 0 ? _times[_head] : NoTime;

    /// <summary>The time of the last that was begun, in ticks; <see cref="NoTime"/> where none was, or it has none.</summary>
    public long LastTime { get; private set; } = NoTime;

    /// <summary>Records that the watermark has passed since the window began.</summary>
    public long Passed { get; private set; }

    /// <summary>Records that were begun since the window began.</summary>
    public long Begun { get; private set; }

    /// <summary>Offsets between where reading began and <see cref="Next"/>: those of the records that were begun, and those that hold
    /// none.</summary>
    public long Offsets => _first < 0 ? 0 : Next - _first;

    /// <summary>
    /// The next offset to commit: the first record that is not done, or else <see cref="Next"/>. -1 while no place is known.
    /// </summary>
    public long Watermark => Count > 0 ? _offsets[_head] : Next;

    /// <summary>
    /// Takes in a record that was read. False when <paramref name="offset"/> lies below <see cref="Next"/>: the log went backwards under
    /// us.
    /// </summary>
    /// <param name="offset">Its offset.</param>
    /// <param name="time">Its time in ticks, or <see cref="NoTime"/>.</param>
    public bool TryBegin(long offset, long time = NoTime)
    {
        if (offset < Next) return false;
        if (Count == _offsets.Length) Grow();
        if (_first < 0) _first = offset;
        int slot = Slot(Count++);
        (_offsets[slot], _times[slot], _done[slot]) = (offset, time, false);
        (Next, LastTime) = (offset + 1, time);
        Unfinished++;
        Begun++;
        return true;
    }

    /// <summary>
    /// What lies before <paramref name="next"/> and was not begun holds no record. Without effect when that much was read already.
    /// </summary>
    public void Advance(long next)
    {
        if (_first < 0) _first = next;
        Next = Math.Max(Next, next);
    }

    /// <summary>
    /// Marks a record as done and moves the watermark past every done record at its foot. False when it is not in flight (any more).
    /// </summary>
    public bool TryComplete(long offset)
    {
        int index = IndexOf(offset);
        if (index < 0 || _done[Slot(index)]) return false;
        _done[Slot(index)] = true;
        Unfinished--;
        while (Count > 0 && _done[_head])
        {
            _head = Slot(1);
            Count--;
            Passed++;
        }

        Debug.Assert(Count == 0 || !_done[_head], "The foot of the window is never done.");
        return true;
    }

    private int IndexOf(long offset)
    {
        int low = 0, high = Count - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            long found = _offsets[Slot(middle)];
            if (found == offset) return middle;
            if (found < offset) low = middle + 1;
            else high = middle - 1;
        }

        return -1;
    }

    private int Slot(int index) => (_head + index) & (_offsets.Length - 1);

    private void Grow()
    {
        var offsets = new long[_offsets.Length * 2];
        var times = new long[offsets.Length];
        var done = new bool[offsets.Length];
        for (int i = 0; i < Count; i++) (offsets[i], times[i], done[i]) = (_offsets[Slot(i)], _times[Slot(i)], _done[Slot(i)]);
        (_offsets, _times, _done, _head) = (offsets, times, done, 0);
    }
}

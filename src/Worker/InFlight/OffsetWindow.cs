using System.Diagnostics;

namespace Sluice.Worker.InFlight;

/// <summary>The records of one partition that are in flight, in the order in which they were read.</summary>
/// <remarks>
/// A ring of ascending offsets, each with a mark for "done". Offsets may have gaps: compaction and transaction markers leave holes in a
/// partition, so "contiguous" means contiguous in what was read. Begin and watermark are O(1); completing is O(log n) for n records in
/// flight. Allocates only to grow. Not thread-safe: <see cref="OffsetTracker"/> holds the lock.
/// </remarks>
internal sealed class OffsetWindow
{
    private const int InitialCapacity = 64;

    private long[] _offsets = new long[InitialCapacity];
    private bool[] _done = new bool[InitialCapacity];
    private int _head;
    private long _last = -1;

    /// <summary>Records that were begun and lie at or above the watermark.</summary>
    public int Count { get; private set; }

    /// <summary>Records that the watermark has passed since the window began.</summary>
    public long Passed { get; private set; }

    /// <summary>
    /// The next offset to commit: the first record that is not done, or one past all that was read. -1 before anything was read.
    /// </summary>
    public long Watermark => Count > 0 ? _offsets[_head] : _last < 0 ? -1 : _last + 1;

    /// <summary>
    /// Takes in a record that was read. False when <paramref name="offset"/> is not above every earlier one: the log went backwards under
    /// us.
    /// </summary>
    public bool TryBegin(long offset)
    {
        if (offset <= _last) return false;
        if (Count == _offsets.Length) Grow();
        int slot = Slot(Count++);
        _offsets[slot] = offset;
        _done[slot] = false;
        _last = offset;
        return true;
    }

    /// <summary>
    /// What lies before <paramref name="next"/> and was not begun holds no record. Without effect when that much was read already.
    /// </summary>
    public void Advance(long next) => _last = Math.Max(_last, next - 1);

    /// <summary>
    /// Marks a record as done and moves the watermark past every done record at its foot. False when it is not in flight (any more).
    /// </summary>
    public bool TryComplete(long offset)
    {
        int index = IndexOf(offset);
        if (index < 0 || _done[Slot(index)]) return false;
        _done[Slot(index)] = true;
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
        var done = new bool[offsets.Length];
        for (int i = 0; i < Count; i++) (offsets[i], done[i]) = (_offsets[Slot(i)], _done[Slot(i)]);
        (_offsets, _done, _head) = (offsets, done, 0);
    }
}

namespace Sluice.Inference.Batching;

/// <summary>Slots ordered by when they came: the oldest at the top, any of them removable.</summary>
/// <remarks>A binary heap that knows each slot's place in it. Adding and removing are O(log n), the oldest O(1). Equal times go in order of
/// coming in. Allocates nothing after its construction. Not thread-safe.</remarks>
internal sealed class AgeHeap(int capacity)
{
    private readonly int[] _heap = new int[capacity];
    private readonly int[] _place = new int[capacity];
    private readonly TimeSpan[] _came = new TimeSpan[capacity];
    private readonly long[] _number = new long[capacity];
    private long _next;

    public int Count { get; private set; }

    /// <summary>The oldest slot; only while <see cref="Count"/> is above 0.</summary>
    public int Oldest => _heap[0];

    public TimeSpan Came(int slot) => _came[slot];

    public void Add(int slot, TimeSpan came)
    {
        (_came[slot], _number[slot]) = (came, _next++);
        Rise(slot, Count++);
    }

    public void Remove(int slot)
    {
        int place = _place[slot], last = _heap[--Count];
        if (last == slot) return;
        if (place > 0 && IsOlder(last, _heap[(place - 1) / 2])) Rise(last, place);
        else Sink(last, place);
    }

    private void Rise(int slot, int place)
    {
        while (place > 0 && IsOlder(slot, _heap[(place - 1) / 2]))
        {
            Put(_heap[(place - 1) / 2], place);
            place = (place - 1) / 2;
        }

        Put(slot, place);
    }

    private void Sink(int slot, int place)
    {
        while (true)
        {
            int child = (2 * place) + 1;
            if (child + 1 < Count && IsOlder(_heap[child + 1], _heap[child])) child++;
            if (child >= Count || IsOlder(slot, _heap[child])) break;
            Put(_heap[child], place);
            place = child;
        }

        Put(slot, place);
    }

    private void Put(int slot, int place) => (_heap[place], _place[slot]) = (slot, place);

    private bool IsOlder(int slot, int other) =>
        _came[slot] != _came[other] ? _came[slot] < _came[other] : _number[slot] < _number[other];
}

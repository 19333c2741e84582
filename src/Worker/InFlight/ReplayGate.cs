namespace Sluice.Worker.InFlight;

/// <summary>Records that lie too far beyond their partition's committed offset to be worked on yet, in the order in which they were read.
/// Not thread-safe; the queue that holds it locks.</summary>
/// <remarks>They are in flight, which bounds them. What is kept back here is not labelled, so a crash repeats none of it.</remarks>
internal sealed class ReplayGate
{
    private readonly Dictionary<SourcePartition, Queue<SourceRecord>> _kept = [];

    /// <summary>Records that are kept back.</summary>
    public int Count { get; private set; }

    /// <summary>Takes a record over that is beyond the window, or behind one that is. False when it may go on.</summary>
    public bool TryKeep(SourceRecord record, bool isBeyond)
    {
        SourcePartition partition = record.Envelope.Source.Partition;
        if (!_kept.TryGetValue(partition, out Queue<SourceRecord>? kept))
        {
            if (!isBeyond) return false;
            kept = _kept[partition] = [];
        }

        kept.Enqueue(record);
        Count++;
        return true;
    }

    /// <summary>Gives out the first of a partition.</summary>
    /// <param name="partition">Which.</param>
    /// <param name="windowRoom">How many may be worked on now, those among them that are given out already, given how many are kept back.
    /// </param>
    /// <param name="go">Takes one over.</param>
    public void Release(SourcePartition partition, Func<int, long> windowRoom, Action<SourceRecord> go)
    {
        if (!_kept.TryGetValue(partition, out Queue<SourceRecord>? kept)) return;
        for (long room = windowRoom(kept.Count); room > 0 && kept.TryDequeue(out SourceRecord first); room--)
        {
            Count--;
            go(first);
        }

        if (kept.Count == 0) _kept.Remove(partition);
    }

    /// <summary>Gives up all.</summary>
    public SourceRecord[] TakeAll()
    {
        SourceRecord[] all = [.. _kept.Values.SelectMany(kept => kept)];
        _kept.Clear();
        Count = 0;
        return all;
    }
}

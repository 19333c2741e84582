namespace Sluice.Worker.InFlight;

/// <summary>Records that lie too far beyond their partition's committed offset to be worked on yet, in the order in which they were read.
/// Thread-safe.</summary>
/// <remarks>They are in flight, which bounds them. What is kept back here is not labelled, so a crash repeats none of it.</remarks>
internal sealed class ReplayGate
{
    private readonly Lock _lock = new();
    private readonly Dictionary<SourcePartition, Queue<SourceRecord>> _kept = [];
    private int _count;
    private bool _isClosed;

    /// <summary>Records that are kept back.</summary>
    public int Count { get { lock (_lock) return _count; } }

    /// <summary>Takes a record over that is beyond the window, or behind one that is.</summary>
    /// <returns>False when it may go on.</returns>
    public bool TryKeep(SourceRecord record, bool isBeyond)
    {
        lock (_lock)
        {
            SourcePartition partition = record.Envelope.Source.Partition;
            if (_isClosed) return false;
            if (!_kept.TryGetValue(partition, out Queue<SourceRecord>? kept))
            {
                if (!isBeyond) return false;
                kept = _kept[partition] = [];
            }

            kept.Enqueue(record);
            _count++;
            return true;
        }
    }

    /// <summary>Lets the first of a partition go on.</summary>
    /// <param name="partition">Which.</param>
    /// <param name="most">How many.</param>
    /// <param name="tryGo">Takes one over; false when it cannot now.</param>
    public void Release(SourcePartition partition, long most, Func<SourceRecord, bool> tryGo)
    {
        lock (_lock)
        {
            if (!_kept.TryGetValue(partition, out Queue<SourceRecord>? kept)) return;
            for (; most > 0 && kept.TryPeek(out SourceRecord first) && tryGo(first); most--)
            {
                kept.Dequeue();
                _count--;
            }

            if (kept.Count == 0) _kept.Remove(partition);
        }
    }

    /// <summary>Records of a partition that are kept back.</summary>
    public int CountOf(SourcePartition partition)
    {
        lock (_lock) return _kept.TryGetValue(partition, out Queue<SourceRecord>? kept) ? kept.Count : 0;
    }

    /// <summary>Gives up those of a partition.</summary>
    public IReadOnlyCollection<SourceRecord> Take(SourcePartition partition)
    {
        lock (_lock)
        {
            if (!_kept.Remove(partition, out Queue<SourceRecord>? kept)) return [];
            _count -= kept.Count;
            return kept;
        }
    }

    /// <summary>Gives up all, and keeps none back any more.</summary>
    public IReadOnlyCollection<SourceRecord> Close()
    {
        lock (_lock)
        {
            SourceRecord[] all = [.. _kept.Values.SelectMany(kept => kept)];
            _kept.Clear();
            (_count, _isClosed) = (0, true);
            return all;
        }
    }
}

using System.IO.Hashing;
using System.Threading.Channels;

namespace Sluice.Worker.InFlight;

/// <summary>
/// Records between reading and decoding; where <see cref="InFlightLimits.KeepKeyOrder"/> asks for it, of each key one is in flight at
/// most, and the others wait here.
/// </summary>
/// <remarks>
/// Thread-safe. A record leaves when its label, tombstone or dead-letter record was delivered, or its work dropped: only then the next of
/// its key goes on, so that no later one can overtake it, in decoding, in a batch or on the way to the broker. Once no record is taken any
/// more the worker stops, and whatever waits behind one that was dropped is dropped too: both are read again. A record without a key has no
/// order to keep.
/// </remarks>
internal sealed class RecordQueue(InFlightLimits limits)
{
    private readonly Lock _gate = new();
    private readonly KeyOrder<SourceRecord>? _order = limits.KeepKeyOrder ? new() : null;

    // Bounded by TryAdd, not by itself: a record that was kept back is counted as being in flight already, and must go on when its turn
    // comes.
    private readonly Channel<SourceRecord> _records = Channel.CreateUnbounded<SourceRecord>();
    private readonly ReplayGate _beyond = new();
    private bool _completed;

    /// <summary>The records to decode; complete when no more will come.</summary>
    public ChannelReader<SourceRecord> Records => _records.Reader;

    /// <summary>Records that are here.</summary>
    public int Count { get { lock (_gate) return _records.Reader.Count + (_order?.Waiting ?? 0) + _beyond.Count; } }

    /// <summary>Those that lie beyond their partition's window.</summary>
    public int Beyond { get { lock (_gate) return _beyond.Count; } }

    /// <summary>Those that wait for another of their key.</summary>
    public int KeptBack { get { lock (_gate) return _order?.Waiting ?? 0; } }

    /// <summary>No record is taken any more.</summary>
    public bool IsCompleted { get { lock (_gate) return _completed; } }

    /// <summary>Takes over a record that was read. False when as many wait as may be in flight, or none is taken any more.</summary>
    public bool TryAdd(SourceRecord record)
    {
        lock (_gate)
        {
            if (_completed || _records.Reader.Count >= limits.MaxDocuments) return false;
            return !MayGoOn(record) || _records.Writer.TryWrite(record);
        }
    }

    /// <summary>Takes over a record that lies beyond its partition's window, or behind one that does. False when it may go on.</summary>
    public bool TryKeep(SourceRecord record, bool isBeyond)
    {
        lock (_gate) return !_completed && _beyond.TryKeep(record, isBeyond);
    }

    /// <summary>Lets those of a partition go on that lie in its window by now.</summary>
    /// <param name="partition">Which.</param>
    /// <param name="windowRoom">How many more may go on, given how many are kept back.</param>
    /// <param name="going">Is told of each before others see it.</param>
    public void Release(SourcePartition partition, Func<int, long> windowRoom, Action<SourceRecord> going)
    {
        lock (_gate)
        {
            _beyond.Release(partition, windowRoom, record =>
            {
                going(record);
                if (MayGoOn(record)) _records.Writer.TryWrite(record);
            });
            CompleteWhenEmpty_NeedsLock();
        }
    }

    /// <summary>Gives up what lies beyond the windows.</summary>
    public SourceRecord[] TakeBeyond()
    {
        lock (_gate)
        {
            SourceRecord[] all = _beyond.TakeAll();
            CompleteWhenEmpty_NeedsLock();
            return all;
        }
    }

    /// <summary>A record that was taken over has left; each leaves once.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="isDropped">Whether nothing was sent for it.</param>
    /// <returns>The next of its key where that one must not go on: the caller drops it, and it leaves then. Else null.</returns>
    public Envelope? Left(byte[]? key, bool isDropped = false)
    {
        if (_order is null || key is null) return null;
        lock (_gate)
        {
            bool dropsNext = isDropped && _completed;
            bool hasNext = _order.TryLeave(XxHash3.HashToUInt64(key), out SourceRecord next);
            if (hasNext && !dropsNext) _records.Writer.TryWrite(next);
            CompleteWhenEmpty_NeedsLock();
            return hasNext && dropsNext ? next.Envelope : null;
        }
    }

    /// <summary>Nothing more will be read. What is kept back still goes on when its turn comes.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _completed = true;
            CompleteWhenEmpty_NeedsLock();
        }
    }

    /// <summary>Nothing more goes on: what is kept back is not labelled, and is read again after the stop.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            _completed = true;
            _records.Writer.TryComplete();
        }
    }

    private bool MayGoOn(SourceRecord record) =>
        _order is null || record.Envelope.Key is not { } key || _order.TryEnter(XxHash3.HashToUInt64(key), record);

    private void CompleteWhenEmpty_NeedsLock()
    {
        if (_completed && _order is not { Waiting: > 0 } && _beyond.Count == 0) _records.Writer.TryComplete();
    }
}

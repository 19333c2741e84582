namespace Sluice.Worker.InFlight;

/// <summary>How much is in flight, against the bounds: what keeps memory flat.</summary>
/// <remarks>
/// Thread-safe. Only the reading thread enters records, and it asks <see cref="HasRoom"/> first, so a bound is passed by at most one
/// record. A record enters with its bytes and the most tokens that it can have; when it is tokenized it sheds the bytes of its value and
/// the tokens that it turns out not to have. Key and headers stay with it until it leaves: when its label (or dead-letter record) was
/// delivered, or its work dropped.
/// </remarks>
internal sealed class Admission(InFlightLimits limits)
{
    private readonly object _gate = new(); // Monitor, not Lock: the reading thread waits on it
    private long _documents, _bytes, _tokens;

    /// <summary>Most tokens that a document can have; set once, when the model is known and before the first record.</summary>
    public int MaxTokensPerDocument { get; set; } = int.MaxValue;

    /// <summary>Documents in flight.</summary>
    public long Documents { get { lock (_gate) return _documents; } }

    /// <summary>Bytes of values that are read and not tokenized yet, and of what was copied of values, keys and headers that are not
    /// delivered yet.</summary>
    public long Bytes { get { lock (_gate) return _bytes; } }

    /// <summary>Tokens in flight.</summary>
    public long Tokens { get { lock (_gate) return _tokens; } }

    /// <summary>One more record may be read.</summary>
    public bool HasRoom { get { lock (_gate) return HasRoom_NeedsLock; } }

    /// <summary>Half of each bound is free again: paused reading should go on.</summary>
    public bool HasRoomToResume
    {
        get
        {
            lock (_gate)
            {
                return _documents <= limits.MaxDocuments / 2 && _tokens <= limits.MaxTokens / 2 && _bytes <= limits.MaxBytes / 2;
            }
        }
    }

    private bool HasRoom_NeedsLock => _documents == 0
        || (_documents < limits.MaxDocuments && _tokens < limits.MaxTokens && _bytes < limits.MaxBytes);

    /// <summary>Takes in a record that was read; returns the tokens that are held for it.</summary>
    /// <param name="valueBytes">Bytes of its value, held until it is tokenized.</param>
    /// <param name="retainedBytes">Bytes of its key and headers, held until it leaves, and those that copies of its fields may take.
    /// </param>
    public int Enter(int valueBytes, long retainedBytes = 0)
    {
        // Every token but [CLS] and [SEP] stands for at least one byte; an Avro enum or number as text may stand for more, by at most one
        // document's tokens.
        int tokens = (int)Math.Min(MaxTokensPerDocument, valueBytes + 2L);
        lock (_gate)
        {
            _documents++;
            _bytes += valueBytes + retainedBytes;
            _tokens += tokens;
        }

        return tokens;
    }

    /// <summary>A record was tokenized: the bytes of its value are free, as far as copies of its fields do not take them, and so are the
    /// tokens that it turned out not to have.</summary>
    public void Tokenized(long valueBytes, int reservedTokens, int tokens) => Free(0, valueBytes, reservedTokens - tokens);

    /// <summary>A record was delivered or dropped.</summary>
    public void Leave(long bytes, int tokens) => Free(1, bytes, tokens);

    /// <summary>
    /// Waits until one more record may be read. False when it may not yet after <paramref name="timeout"/>, or when <see cref="Wake"/> was
    /// called.
    /// </summary>
    public bool WaitForRoom(TimeSpan timeout)
    {
        lock (_gate)
        {
            if (!HasRoom_NeedsLock) Monitor.Wait(_gate, timeout);
            return HasRoom_NeedsLock;
        }
    }

    /// <summary>
    /// Waits, but not longer than <paramref name="timeout"/> and not once <paramref name="stop"/> is cancelled, until some record has left.
    /// True when none is in flight any more.
    /// </summary>
    public bool WaitForLast(TimeSpan timeout, CancellationToken stop)
    {
        using (stop.UnsafeRegister(static self => ((Admission)self!).Wake(), this))
        {
            lock (_gate)
            {
                if (_documents > 0 && !stop.IsCancellationRequested) Monitor.Wait(_gate, timeout);
                return _documents == 0;
            }
        }
    }

    /// <summary>Ends a wait.</summary>
    public void Wake()
    {
        lock (_gate) Monitor.PulseAll(_gate);
    }

    private void Free(int documents, long bytes, long tokens)
    {
        lock (_gate)
        {
            _documents -= documents;
            _bytes -= bytes;
            _tokens -= tokens;
            if (HasRoom_NeedsLock) Monitor.PulseAll(_gate);
        }
    }
}

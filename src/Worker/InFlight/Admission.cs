namespace Sluice.Worker.InFlight;

/// <summary>How much is in flight, against the bounds: what keeps memory flat.</summary>
/// <remarks>
/// Thread-safe. Only the reading thread enters records, and it asks <see cref="HasRoom"/> first, so a bound is passed by at most one record
/// that was read; that of tokens by one more that was readmitted (<see cref="ReadmitAsync"/>). A record enters with its bytes and the most
/// tokens that it can have; when it is tokenized it sheds the bytes of its value and the tokens that it turns out not to have. Key and
/// headers stay with it until it leaves: when its label (or dead-letter record) was delivered, or its work dropped.
/// </remarks>
internal sealed class Admission(InFlightLimits limits)
{
    private readonly object _gate = new(); // Monitor, not Lock: the reading thread waits on it
    private long _documents, _bytes, _tokens;
    private int _readmitted; // records that took their tokens a second time and have not left
    private readonly Queue<(int Tokens, TaskCompletionSource Admitted)> _waiting = []; // for tokens, the first first

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

    // Who waits for tokens was here before whatever is read next.
    private bool HasRoom_NeedsLock => _documents == 0
        || (_documents < limits.MaxDocuments && _tokens < limits.MaxTokens && _bytes < limits.MaxBytes && _waiting.Count == 0);

    // Documents that wait behind others of their key may hold all tokens, so one always goes on.
    private bool MayReadmit_NeedsLock => _tokens < limits.MaxTokens || _readmitted == 0;

    /// <summary>Takes in a record that was read; returns the tokens that are held for it.</summary>
    /// <param name="valueBytes">Bytes of its value, held until it is tokenized.</param>
    /// <param name="retainedBytes">Bytes of its key and headers, held until it leaves, and those that copies of its fields may take.
    /// </param>
    public int Enter(int valueBytes, long retainedBytes = 0)
    {
        int tokens = MostTokens(valueBytes);
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

    /// <summary>A record that gave its tokens back takes them again as soon as there are any, or at once where no other that did so is
    /// still here; meanwhile nothing more is read. Returns those that are held for it.</summary>
    /// <param name="valueBytes">Bytes of its value.</param>
    /// <param name="stop">Ends the waiting, and with it all reading: its place in the row stays.</param>
    public async Task<int> ReadmitAsync(int valueBytes, CancellationToken stop)
    {
        int tokens = MostTokens(valueBytes);
        TaskCompletionSource admitted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _waiting.Enqueue((tokens, admitted));
            Tell_NeedsLock();
        }

        await admitted.Task.WaitAsync(stop);
        return tokens;
    }

    /// <summary>One that was readmitted holds no tokens any more.</summary>
    public void ReadmittedLeft()
    {
        lock (_gate)
        {
            _readmitted--;
            Tell_NeedsLock();
        }
    }

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
            Tell_NeedsLock();
        }
    }

    private void Tell_NeedsLock()
    {
        while (MayReadmit_NeedsLock && _waiting.TryDequeue(out (int Tokens, TaskCompletionSource Admitted) first))
        {
            _tokens += first.Tokens;
            _readmitted++;
            first.Admitted.SetResult();
        }

        if (HasRoom_NeedsLock) Monitor.PulseAll(_gate);
    }

    // Every token but [CLS] and [SEP] stands for at least one byte; an Avro enum or number as text may stand for more, by at most one
    // document's tokens.
    private int MostTokens(int valueBytes) => (int)Math.Min(MaxTokensPerDocument, valueBytes + 2L);
}

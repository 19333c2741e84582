namespace Sluice.Cli.Demo.Replay;

/// <summary>Ledger of a replay: each document once on the left, what came back for it on the right. Thread-safe.</summary>
/// <remarks>Times are timestamps of the demo's <see cref="TimeProvider"/>.</remarks>
internal sealed class Ledger
{
    /// <summary>How many of the newest times <see cref="RecentTicks"/> tells.</summary>
    private const int MostRecent = 256;

    private readonly Lock _lock = new();
    private readonly Queue<long> _recent = new(MostRecent);
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly List<Outcome> _labels = [];
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _sent, _labelled, _rejected, _duplicated, _unexpected, _correct;
    private long _tokens;

    /// <summary>Of documents that are known at once.</summary>
    public Ledger(IReadOnlyCollection<DemoDocument> documents) => Expect(documents);

    /// <summary>Of documents that <see cref="Expect"/> names.</summary>
    public Ledger()
    {
    }

    /// <summary>Ends when every document has a label or was rejected.</summary>
    public Task Settled => _settled.Task;

    /// <summary>The counts at this moment, all of the same moment.</summary>
    public LedgerCounts Counts
    {
        get
        {
            lock (_lock)
                return new LedgerCounts(_entries.Count, _sent, _labelled, _rejected, _duplicated, _unexpected, _correct, _tokens);
        }
    }

    /// <summary>From due to label for the newest labels, in ticks of the demo's clock, oldest first.</summary>
    public long[] RecentTicks
    {
        get
        {
            lock (_lock)
                return [.. _recent];
        }
    }

    /// <summary>Enters what will be sent; once, before the first is.</summary>
    public void Expect(IReadOnlyCollection<DemoDocument> documents)
    {
        lock (_lock)
        {
            foreach (DemoDocument document in documents) _entries.Add(document.Id, new Entry(document.Label, document.Value.Length));
            SettleIfAll_NeedsLock();
        }
    }

    /// <summary>Notes that a document was due at <paramref name="due"/> and is being sent.</summary>
    public void Sent(string id, long due)
    {
        lock (_lock)
        {
            (_entries[id].IsSent, _entries[id].Due) = (true, due);
            _sent++;
        }
    }

    /// <summary>Notes a label from the output topic.</summary>
    /// <param name="id">The document that the label names.</param>
    /// <param name="label">The label.</param>
    /// <param name="mode">What labelled, as <see cref="Outcome.Mode"/>.</param>
    /// <param name="tokens">How many tokens the model saw.</param>
    /// <param name="truncated">Whether the text had more.</param>
    /// <param name="now">When the label was read.</param>
    /// <returns>The bytes that are no longer in flight; null for a second label or a stranger's.</returns>
    public int? Labelled(string id, string label, string mode, int tokens, bool truncated, long now)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(id, out Entry? entry) || !entry.IsSent)
            {
                _unexpected++;
                return null;
            }

            if (entry.Label is not null || entry.Rejection is not null)
            {
                _duplicated++;
                return null;
            }

            (entry.Label, entry.Mode, entry.Tokens, entry.Truncated, entry.Ticks) = (label, mode, tokens, truncated, now - entry.Due);
            _labels.Add(entry.Outcome(id));
            _labelled++;
            _correct += label == entry.TrueLabel ? 1 : 0;
            _tokens += tokens;
            if (_recent.Count == MostRecent)
                _recent.Dequeue();
            _recent.Enqueue(entry.Ticks);
            SettleIfAll_NeedsLock();
            return entry.Bytes;
        }
    }

    /// <summary>Notes a document on the dead-letter topic.</summary>
    /// <returns>As <see cref="Labelled"/>.</returns>
    public int? Rejected(string id, string reason)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(id, out Entry? entry) || !entry.IsSent)
            {
                _unexpected++;
                return null;
            }

            if (entry.Rejection is not null || entry.Label is not null)
            {
                _duplicated++;
                return null;
            }

            entry.Rejection = reason;
            _rejected++;
            SettleIfAll_NeedsLock();
            return entry.Bytes;
        }
    }

    /// <summary>What came back for each document, in no order.</summary>
    public IReadOnlyList<Outcome> Outcomes()
    {
        lock (_lock)
            return [.. _entries.Select(e => e.Value.Outcome(e.Key))];
    }

    /// <summary>The labelled documents in the order in which their labels were read, without the first <paramref name="seen"/>.</summary>
    public IReadOnlyList<Outcome> LabelledAfter(int seen)
    {
        lock (_lock)
            return _labels[seen..];
    }

    private void SettleIfAll_NeedsLock()
    {
        if (_labelled + _rejected >= _entries.Count)
            _settled.TrySetResult();
    }

    private sealed class Entry(string trueLabel, int bytes)
    {
        public string TrueLabel { get; } = trueLabel;

        public int Bytes { get; } = bytes;

        public bool IsSent { get; set; }

        public string? Label { get; set; }

        public string? Rejection { get; set; }

        public string Mode { get; set; } = "";

        public int Tokens { get; set; }

        public bool Truncated { get; set; }

        public long Due { get; set; }

        public long Ticks { get; set; }

        public Outcome Outcome(string id) =>
            new(id, TrueLabel, Label, Rejection, Tokens, Truncated, Due, Ticks) { Mode = Mode, IsSent = IsSent };
    }
}

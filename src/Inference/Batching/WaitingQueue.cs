namespace Sluice.Inference.Batching;

/// <summary>
/// Waiting documents, out of which inference threads take the batches that are planned for them: a <see cref="LengthBuffer{T}"/> for each
/// key, a view and <see cref="BatchChooser"/> under one owner. No batch mixes keys; the one whose oldest document came first is next.
/// </summary>
/// <typeparam name="T">What is labelled.</typeparam>
/// <remarks>Allocates nothing after its construction. Not thread-safe: whoever owns it asks for a plan and takes all of its documents under
/// one lock.</remarks>
internal sealed class WaitingQueue<T>
{
    /// <summary>Documents that one plan looks at, or as many as a batch may hold where those are more. More than that gain nothing that
    /// could be measured, and a plan stays well below the time of a batch.</summary>
    private const int Window = 512;

    private readonly LengthBuffer<T>[] _waiting;
    private readonly WaitingWindow _window;
    private readonly BatchChooser _chooser;
    private readonly int _capacity;
    private readonly long _maxTokens;
    private LengthBuffer<T> _planned;

    /// <param name="capacity">Documents that may wait, of all keys together; at least 1.</param>
    /// <param name="maxTokens">Tokens that may wait, all documents together; a document that finds none waiting is taken in any case. At
    /// least 1.</param>
    /// <param name="longest">Tokens of the longest document, at least 1.</param>
    /// <param name="budget">What one batch may hold; its tokens at least <paramref name="longest"/>.</param>
    /// <param name="ageBound">Age by which a document should be done. Above 0.</param>
    /// <param name="keys">Keys that there are, at least 1.</param>
    public WaitingQueue(int capacity, long maxTokens, int longest, BatchBudget budget, TimeSpan ageBound, int keys = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(budget.MaxTokens, longest);
        ArgumentOutOfRangeException.ThrowIfLessThan(keys, 1);
        (_capacity, _maxTokens) = (capacity, maxTokens);
        _waiting = [.. Enumerable.Range(0, keys).Select(_ => new LengthBuffer<T>(capacity, maxTokens, longest))];
        _planned = _waiting[0];
        _window = new WaitingWindow(Math.Min(capacity, Math.Max(Window, budget.MaxRows)));
        _chooser = new BatchChooser(budget, ageBound);
    }

    /// <summary>Documents that wait, of all keys.</summary>
    public int Count { get; private set; }

    /// <summary>Tokens of all that wait.</summary>
    public long Tokens { get; private set; }

    /// <summary>Takes over a document. False when the queue is full: the caller keeps it.</summary>
    /// <param name="item">Returned by <see cref="Take"/>.</param>
    /// <param name="length">Its tokens, 1 to the longest.</param>
    /// <param name="came">When it came: time since any one instant, of a clock that goes forward.</param>
    /// <param name="key">Documents of other keys are never in one batch with it: 0 to before the number of keys.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length or the key is out of range.</exception>
    public bool TryAdd(T item, int length, TimeSpan came, int key = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)key, (uint)_waiting.Length, nameof(key));
        if (Count == _capacity || (Count > 0 && Tokens + length > _maxTokens) || !_waiting[key].TryAdd(item, length, came)) return false;
        Count++;
        Tokens += length;
        return true;
    }

    /// <summary>The key of the document that has waited longest of all: that of the next batch. Only while a document waits.</summary>
    public int NextKey => Array.IndexOf(_waiting, Oldest());

    /// <summary>The batch to run next: it holds the document that has waited longest of all, and mates of its key. Only while a document
    /// waits.</summary>
    /// <param name="cost">What is known of the mode that will run it.</param>
    /// <param name="idleThreads">Inference threads that would run a batch now, the asking one included. At least 1.</param>
    /// <param name="now">The time, by the clock of <see cref="TryAdd"/>.</param>
    public PlannedBatch Plan(CostSnapshot cost, int idleThreads, TimeSpan now)
    {
        ViewOldest();
        return _chooser.Next(_window, cost, idleThreads, now);
    }

    /// <summary>Takes out a document of the batch that was planned last.</summary>
    /// <param name="index">From its <see cref="PlannedBatch.Start"/> to before its <see cref="PlannedBatch.End"/>; each once.</param>
    public T Take(int index)
    {
        long before = _planned.Tokens;
        T item = _planned.Take(_window.Slots[index]);
        Count--;
        Tokens -= before - _planned.Tokens;
        return item;
    }

    /// <summary>Takes out the document that has waited longest of all. Only while one waits.</summary>
    public T TakeOldest()
    {
        ViewOldest();
        return Take(_window.Oldest);
    }

    private void ViewOldest()
    {
        _planned = Oldest();
        _planned.View(_window);
    }

    // The keys are few.
    private LengthBuffer<T> Oldest()
    {
        (TimeSpan first, LengthBuffer<T> oldest) = (TimeSpan.MaxValue, _planned);
        foreach (LengthBuffer<T> waiting in _waiting)
        {
            if (waiting.OldestCame is not { } came || came >= first) continue;
            (first, oldest) = (came, waiting);
        }

        return oldest;
    }
}

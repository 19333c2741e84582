namespace Sluice.Inference.Batching;

/// <summary>
/// Waiting documents, out of which callers take the batches that are planned for them: <see cref="LengthBuffer{T}"/>, its view and
/// <see cref="BatchChooser"/> under one owner.
/// </summary>
/// <typeparam name="T">What is labelled.</typeparam>
/// <remarks>Allocates nothing after its construction. Not thread-safe: whoever owns it asks for a plan and takes all of its documents under
/// one lock.</remarks>
internal sealed class WaitingQueue<T>
{
    /// <summary>
    /// Documents that one plan looks at. More gain nothing that could be measured, and a plan of as many stays well below the time of a
    /// batch.
    /// </summary>
    private const int Window = 512;

    private readonly LengthBuffer<T> _waiting;
    private readonly WaitingWindow _window;
    private readonly BatchChooser _chooser;

    /// <param name="capacity">Documents that may wait, at least 1.</param>
    /// <param name="maxTokens">Tokens that may wait, all documents together; a document that finds none waiting is taken in any case. At
    /// least 1.</param>
    /// <param name="longest">Tokens of the longest document, at least 1.</param>
    /// <param name="budget">What one batch may hold; its tokens at least <paramref name="longest"/>.</param>
    /// <param name="ageBound">Age by which a document should be done. Above 0.</param>
    public WaitingQueue(int capacity, long maxTokens, int longest, BatchBudget budget, TimeSpan ageBound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(budget.MaxTokens, longest);
        _waiting = new LengthBuffer<T>(capacity, maxTokens, longest);
        _window = new WaitingWindow(Math.Min(capacity, Window));
        _chooser = new BatchChooser(budget, ageBound);
    }

    /// <summary>Documents that wait.</summary>
    public int Count => _waiting.Count;

    /// <inheritdoc cref="LengthBuffer{T}.TryAdd"/>
    public bool TryAdd(T item, int length, TimeSpan came) => _waiting.TryAdd(item, length, came);

    /// <summary>The batch to run next: it holds the document that has waited longest. Only while a document waits.</summary>
    /// <param name="cost">What is known of the mode that will run it.</param>
    /// <param name="idleCallers">Callers that would run a batch now, the asking one included. At least 1.</param>
    /// <param name="now">The time, by the clock of <see cref="TryAdd"/>.</param>
    public PlannedBatch Plan(CostSnapshot cost, int idleCallers, TimeSpan now)
    {
        _waiting.View(_window);
        return _chooser.Next(_window, cost, idleCallers, now);
    }

    /// <summary>Takes out a document of the batch that was planned last.</summary>
    /// <param name="index">From its <see cref="PlannedBatch.Start"/> to before its <see cref="PlannedBatch.End"/>; each once.</param>
    public T Take(int index) => _waiting.Take(_window.Slots[index]);

    /// <summary>Takes out the document that has waited longest of all. Only while one waits.</summary>
    public T TakeOldest()
    {
        _waiting.View(_window);
        return Take(_window.Oldest);
    }
}

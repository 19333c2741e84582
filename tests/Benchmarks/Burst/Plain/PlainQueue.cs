using Confluent.Kafka;

namespace Benchmarks.Burst.Plain;

/// <summary>One document that a plain worker has read.</summary>
/// <param name="Record">Where it came from, and its key.</param>
/// <param name="Ids">Token ids with [CLS] and [SEP].</param>
internal sealed record PlainDocument(ConsumeResult<byte[]?, string> Record, int[] Ids);

/// <summary>Documents between the thread that reads and those that run the model. Thread-safe; full, it lets the reader wait.</summary>
internal sealed class PlainQueue(PlainPolicy policy, int capacity)
{
    private readonly List<PlainDocument> _waiting = new(capacity);
    private bool _isClosed;

    public void Add(PlainDocument document)
    {
        lock (_waiting)
        {
            while (_waiting.Count >= capacity && !_isClosed) Monitor.Wait(_waiting);
            _waiting.Add(document);
            Monitor.PulseAll(_waiting);
        }
    }

    /// <summary>The next batch, as soon as a document waits; null once it is closed.</summary>
    public PlainDocument[]? Take()
    {
        lock (_waiting)
        {
            while (_waiting.Count == 0 && !_isClosed) Monitor.Wait(_waiting);
            if (_isClosed) return null; // what waits is not committed, and so comes again

            int[] places = policy.Next([.. _waiting.Select(document => document.Ids.Length)]);
            PlainDocument[] batch = [.. places.Select(place => _waiting[place])];
            foreach (int place in places.Reverse()) _waiting.RemoveAt(place);
            Monitor.PulseAll(_waiting);
            return batch;
        }
    }

    /// <summary>Ends it, whatever waits.</summary>
    public void Close()
    {
        lock (_waiting)
        {
            _isClosed = true;
            Monitor.PulseAll(_waiting);
        }
    }
}

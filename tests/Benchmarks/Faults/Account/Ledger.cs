namespace Benchmarks.Faults.Account;

/// <summary>Where a document lies.</summary>
internal readonly record struct Place(int Partition, long Offset);

/// <summary>What was found for a document: a label or a dead-letter record.</summary>
/// <param name="Of">Its document.</param>
/// <param name="Revision">0 for a first label and for a dead-letter record.</param>
/// <param name="At">Seconds since the run's start at which the broker wrote it.</param>
/// <param name="Lane">What tells it apart from others that may come in another order: topic and partition, and the key.</param>
/// <param name="IsLabel">Whether it is a label.</param>
internal readonly record struct Found(Place Of, int Revision, double At, (int Partition, long Key) Lane, bool IsLabel);

/// <summary>Accounts for every document of a run from what readers under <c>read_committed</c> find in the topics, and from nothing else.
/// </summary>
/// <remarks>A fold: of the records of a topic's partition in their order, topics and partitions in any. All documents come first.</remarks>
internal sealed class Ledger
{
    private readonly Dictionary<Place, double> _documents = [];
    private readonly Dictionary<Place, (double At, bool IsLabel)> _first = [];
    private readonly HashSet<(Place, int)> _seen = [];
    private readonly HashSet<Place> _repeated = [];
    private readonly Dictionary<((int, long) Lane, int Partition), long> _last = [];

    /// <summary>Documents that readers can see.</summary>
    public int Documents => _documents.Count;

    /// <summary>Of which something came.</summary>
    public int Answered => _first.Count;

    /// <summary>Documents whose first answer is a label.</summary>
    public int Labelled => _first.Values.Count(first => first.IsLabel);

    /// <summary>Documents whose first answer is a dead-letter record.</summary>
    public int DeadLettered => Answered - Labelled;

    /// <summary>Documents of which nothing came, in their order.</summary>
    public IEnumerable<Place> Lost => _documents.Keys.Where(place => !_first.ContainsKey(place)).OrderBy(place => place.Partition)
        .ThenBy(place => place.Offset);

    /// <summary>Documents that have more than one answer.</summary>
    public IReadOnlyCollection<Place> Duplicated => _repeated;

    /// <summary>Answers of a document and a revision beyond the first.</summary>
    public int Repeats { get; private set; }

    /// <summary>Answers of what is no document: of an aborted transaction, or of nothing.</summary>
    public int Strangers { get; private set; }

    /// <summary>First labels that stand behind one of a later document of their key and partition.</summary>
    public int OutOfOrder { get; private set; }

    /// <param name="place">Where it lies.</param>
    /// <param name="came">Seconds since the run's start.</param>
    public void AddDocument(Place place, double came) => _documents.Add(place, came);

    public void Add(Found found)
    {
        if (!_documents.ContainsKey(found.Of))
        {
            Strangers++;
            return;
        }

        // Partitions are read one after the other, so what came first may be found last.
        if (!_first.TryGetValue(found.Of, out (double At, bool IsLabel) first) || found.At < first.At)
            _first[found.Of] = (found.At, found.IsLabel);
        if (!_seen.Add((found.Of, found.Revision)))
        {
            Repeats++;
            _repeated.Add(found.Of);
            return;
        }

        if (!found.IsLabel || found.Revision > 0) return;
        (int, long) lane = found.Lane;
        if (_last.TryGetValue((lane, found.Of.Partition), out long last) && found.Of.Offset < last) OutOfOrder++;
        else _last[(lane, found.Of.Partition)] = found.Of.Offset;
    }

    /// <summary>The course of each partition, of the documents of which something came.</summary>
    public IReadOnlyList<PartitionFlow> Flows() => [.. _first.GroupBy(first => first.Key.Partition).OrderBy(group => group.Key)
        .Select(group => new PartitionFlow(group.Select(first => (_documents[first.Key], first.Value.At))))];

    /// <summary>The most documents of which something came in one second.</summary>
    public int MostInASecond => _first.Values.GroupBy(first => Math.Floor(first.At)).Select(second => second.Count()).DefaultIfEmpty(0)
        .Max();
}

using System.Collections.Concurrent;

namespace Sluice.Worker.Observability;

/// <summary>Counts of kinds. Thread-safe; counting what was counted before allocates nothing and takes no lock.</summary>
/// <typeparam name="TKind">Of which there are few.</typeparam>
internal sealed class CountsBy<TKind>
    where TKind : notnull
{
    private readonly ConcurrentDictionary<TKind, Count> _counts = new();

    /// <summary>Adds one.</summary>
    public void Add(TKind kind) => Interlocked.Increment(ref _counts.GetOrAdd(kind, static _ => new Count()).Value);

    /// <summary>All that was counted so far.</summary>
    public IReadOnlyDictionary<TKind, long> Read() =>
        _counts.ToDictionary(count => count.Key, count => Interlocked.Read(ref count.Value.Value));

    private sealed class Count
    {
        public long Value; // a field: it is added to
    }
}

using Sluice.Worker.InFlight;

namespace Sluice.Worker.Documents.Envelopes;

/// <summary>Finds the second of two tombstones of one key that lie side by side in a partition, as Debezium writes one behind each delete.
/// </summary>
/// <remarks>
/// <para>Only the later one is ever the second. With several decode workers, or a delete that waits for its schema, that one may be asked
/// about first: then both are sent, for what waits with the delete may be its row's label, behind which a tombstone has to come. A pair is
/// found by its offsets, so no other record of the key can lie between.</para>
/// <para>What is remembered is bounded, and ends with the process and with the assignment of the partition. A pair that is not found costs
/// a second tombstone, which says again what the first one said.</para>
/// <para>Thread-safe; a lock around constant work.</para>
/// </remarks>
internal sealed class TombstonePairs
{
    /// <summary>Most tombstones that are remembered, the last ones: many more than decode workers can be apart.</summary>
    public const int Remembered = 1024;

    /// <summary>A longer key, in bytes, is not remembered, so that what is remembered takes 1 MiB at most.</summary>
    public const int LongestKey = 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<SourceOffset, byte[]> _first = [];
    private readonly Queue<SourceOffset> _order = new();

    /// <summary>Whether the tombstone before this one is of its key, and was asked about before; else this one is remembered. Once for each
    /// tombstone.</summary>
    public bool IsSecond(SourceOffset source, byte[]? key)
    {
        if (key is null || key.Length > LongestKey) return false;
        lock (_gate)
        {
            if (Take(source with { Offset = source.Offset - 1 }, key)) return true;
            if (_first.TryAdd(source, key)) _order.Enqueue(source);
            if (_order.Count > Remembered) _first.Remove(_order.Dequeue());
            return false;
        }
    }

    private bool Take(SourceOffset neighbour, byte[] key) =>
        _first.TryGetValue(neighbour, out byte[]? its) && its.AsSpan().SequenceEqual(key) && _first.Remove(neighbour);
}

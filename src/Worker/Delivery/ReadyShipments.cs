using Sluice.Worker.InFlight;

namespace Sluice.Worker.Delivery;

/// <summary>What is ready to go into a transaction, by partition and in the order of offsets: what lies below a watermark may go, for all
/// before it is ready too. Not thread-safe: <see cref="ExactlyOnce"/> locks.</summary>
internal sealed class ReadyShipments
{
    private readonly Dictionary<SourcePartition, PriorityQueue<Shipment, long>> _partitions = [];

    /// <summary>Adds one.</summary>
    public void Add(Shipment shipment)
    {
        SourceOffset source = shipment.Envelope.Source;
        if (!_partitions.TryGetValue(source.Partition, out PriorityQueue<Shipment, long>? ready))
            ready = _partitions[source.Partition] = new PriorityQueue<Shipment, long>();
        ready.Enqueue(shipment, source.Offset);
    }

    /// <summary>Takes out what lies below watermarks.</summary>
    /// <param name="watermarks">Each of another partition.</param>
    /// <param name="most">At most so many, at least 1.</param>
    /// <param name="taken">Gets what is taken, each partition's in the order of offsets.</param>
    /// <returns>Up to where each partition is taken: none where nothing can be.</returns>
    public List<PartitionWatermark> Take(IReadOnlyList<PartitionWatermark> watermarks, int most, List<Shipment> taken)
    {
        List<PartitionWatermark> upTo = [];
        foreach (PartitionWatermark watermark in watermarks)
        {
            int before = taken.Count;
            long next = watermark.Next;
            if (_partitions.TryGetValue(watermark.Partition, out PriorityQueue<Shipment, long>? ready))
            {
                while (ready.TryPeek(out _, out long offset) && offset < watermark.Next)
                {
                    if (taken.Count == most)
                    {
                        next = offset;
                        break;
                    }

                    taken.Add(ready.Dequeue());
                }
            }

            if (next == watermark.Next) upTo.Add(watermark);
            else if (taken.Count > before) upTo.Add(watermark with { Next = next, Records = 0 }); // the whole one settles them
        }

        return upTo;
    }

    /// <summary>Takes out what may not go any more.</summary>
    public List<Shipment> TakeGone(Func<Envelope, bool> isCurrent)
    {
        List<Shipment> gone = [];
        foreach ((SourcePartition partition, PriorityQueue<Shipment, long> ready) in _partitions)
        {
            (Shipment Shipment, long Offset)[] all = [.. ready.UnorderedItems.Select(item => (item.Element, item.Priority))];
            if (all.All(item => isCurrent(item.Shipment.Envelope))) continue;
            ready.Clear();
            foreach ((Shipment shipment, long offset) in all)
            {
                if (isCurrent(shipment.Envelope)) ready.Enqueue(shipment, offset);
                else gone.Add(shipment);
            }

            if (ready.Count == 0) _partitions.Remove(partition);
        }

        return gone;
    }
}

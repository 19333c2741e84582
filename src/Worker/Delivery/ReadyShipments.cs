using Sluice.Worker.InFlight;

namespace Sluice.Worker.Delivery;

/// <summary>What is ready to go into a transaction, by partition and in the order of offsets: what lies below a watermark may go, for all
/// before it is ready too. Not thread-safe: <see cref="ExactlyOnce"/> locks.</summary>
internal sealed class ReadyShipments
{
    private readonly Dictionary<SourcePartition, PriorityQueue<Slot, long>> _partitions = [];
    private readonly Dictionary<Envelope, Slot> _held = [];

    /// <summary>Adds one, or gives one that was held back its final form.</summary>
    /// <returns>False for one that was held back: its offset is ready already.</returns>
    public bool Add(Shipment shipment)
    {
        if (_held.Remove(shipment.Envelope, out Slot? held))
        {
            (held.Shipment, held.IsHeld) = (shipment, false);
            return false;
        }

        Enqueue(new Slot { Shipment = shipment });
        return true;
    }

    /// <summary>Puts back what was taken.</summary>
    public void PutBack(IEnumerable<Shipment> shipments)
    {
        foreach (Shipment shipment in shipments) Enqueue(new Slot { Shipment = shipment });
    }

    /// <summary>Puts back one whose final form somebody else keeps: nothing of its partition goes past it until <see cref="Add"/> brings
    /// it.</summary>
    public void PutBackHeld(Shipment shipment) => Enqueue(_held[shipment.Envelope] = new Slot { Shipment = shipment, IsHeld = true });

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
            if (_partitions.TryGetValue(watermark.Partition, out PriorityQueue<Slot, long>? ready))
            {
                while (ready.TryPeek(out Slot? slot, out long offset) && offset < watermark.Next)
                {
                    if (taken.Count == most || slot.IsHeld)
                    {
                        next = offset;
                        break;
                    }

                    taken.Add(ready.Dequeue().Shipment);
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
        foreach ((SourcePartition partition, PriorityQueue<Slot, long> ready) in _partitions)
        {
            (Slot Slot, long Offset)[] all = [.. ready.UnorderedItems.Select(item => (item.Element, item.Priority))];
            if (all.All(item => isCurrent(item.Slot.Shipment.Envelope))) continue;
            ready.Clear();
            foreach ((Slot slot, long offset) in all)
            {
                if (isCurrent(slot.Shipment.Envelope)) ready.Enqueue(slot, offset);
                else if (!slot.IsHeld) gone.Add(slot.Shipment);
                else _held.Remove(slot.Shipment.Envelope); // whoever holds it finishes it
            }

            if (ready.Count == 0) _partitions.Remove(partition);
        }

        return gone;
    }

    private void Enqueue(Slot slot)
    {
        SourceOffset source = slot.Shipment.Envelope.Source;
        if (!_partitions.TryGetValue(source.Partition, out PriorityQueue<Slot, long>? ready))
            ready = _partitions[source.Partition] = new PriorityQueue<Slot, long>();
        ready.Enqueue(slot, source.Offset);
    }

    private sealed class Slot
    {
        public required Shipment Shipment { get; set; }

        public bool IsHeld { get; set; }
    }
}

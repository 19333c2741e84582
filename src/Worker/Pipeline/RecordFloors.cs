using Microsoft.Extensions.Logging;
using Sluice.Worker.Configuration;
using Sluice.Worker.Control;
using Sluice.Worker.Faults;
using Sluice.Worker.InFlight;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Pipeline;

/// <summary>The floor of each document, and the tale of headers that say none. Thread-safe.</summary>
internal sealed class RecordFloors(ModelOptions model, ControlOptions control, TimeProvider time, ILogger<RecordFloors> logger)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(60);

    private readonly Floors? _floors = model.Auto?.Floors;
    private readonly RepeatedWarning _unreadable = new(time, Quiet);

    /// <summary>Index of the last mode that a record's document may be labelled in.</summary>
    /// <remarks>A header's value is never shown: what is in it nobody knows.</remarks>
    public int Of(Envelope record)
    {
        if (_floors is null) return WorkItem.AnyMode;
        int floor = _floors.Of(record, out bool unreadable);
        if (unreadable && _unreadable.ShouldLog(out long suppressed))
        {
            (SourcePartition partition, long offset) = (record.Source.Partition, record.Source.Offset);
            Log.FloorUnreadable(logger, control.FloorHeader, partition.Topic, partition.Partition, offset, suppressed);
        }

        return floor;
    }
}

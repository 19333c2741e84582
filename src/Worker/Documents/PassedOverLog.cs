using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Documents.Envelopes;
using Sluice.Worker.InFlight;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Documents;

/// <summary>Tells once of each kind of record that is neither a document nor a fault. Thread-safe.</summary>
/// <remarks><c>sluice_documents_total</c> counts all of them.</remarks>
internal sealed class PassedOverLog(ILogger<PassedOverLog> logger)
{
    private readonly ConcurrentDictionary<PassedOverKind, SourceOffset> _first = new();

    public void Add(SourceOffset source, PassedOverKind kind)
    {
        if (_first.TryAdd(kind, source))
            Log.PassedOver(logger, kind.Name(), source.Partition.Topic, source.Partition.Partition, source.Offset);
    }
}

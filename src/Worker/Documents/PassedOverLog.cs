using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Documents.Envelopes;
using Sluice.Worker.InFlight;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Documents;

/// <summary>Tells once of each kind of record that is neither a document nor a fault, and of each topic that holds nothing else.
/// Thread-safe.</summary>
/// <remarks><c>sluice_documents_total</c> counts all of them.</remarks>
/// <param name="envelope">What stands around documents, as it is set.</param>
/// <param name="enough">After so many, and nothing else, that may be wrong.</param>
/// <param name="logger">Told of it.</param>
internal sealed class PassedOverLog(InputEnvelope envelope, int enough, ILogger<PassedOverLog> logger)
{
    // Of a topic that held something else: no more is counted.
    private const int Settled = -1;

    private readonly ConcurrentDictionary<PassedOverKind, SourceOffset> _first = new();
    private readonly ConcurrentDictionary<string, int> _inTopic = new(); // records that were passed over, or Settled

    public void Add(SourceOffset source, PassedOverKind kind)
    {
        if (_first.TryAdd(kind, source))
            Log.PassedOver(logger, kind.Name(), source.Partition.Topic, source.Partition.Partition, source.Offset);
        string topic = source.Partition.Topic;
        if (_inTopic.TryGetValue(topic, out int before) && before == Settled) return;
        int count = _inTopic.AddOrUpdate(topic, 1, (_, counted) => counted == Settled ? Settled : counted + 1);
        if (count == enough) Log.NothingButPassedOver(logger, topic, count, envelope.ToString());
    }

    /// <summary>A record of this topic is a document, a row that was deleted, or at fault. Cheap after the first.</summary>
    public void AddOther(string topic)
    {
        if (!_inTopic.TryGetValue(topic, out int count) || count != Settled) _inTopic[topic] = Settled;
    }
}

using Sluice.Worker.Documents.Registry;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;

namespace Sluice.Worker.Monitoring;

/// <summary>Gathers what speaks for one cause or another where a partition stands still: what clients and registry have reported, and
/// what brokers say when they are asked.</summary>
internal sealed class StallSight(RecordSource source, RecordSink sink, OffsetQueries queries, OutputTopics outputs, RegistryClient registry,
    InFlightRecords records)
{
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(3);

    /// <summary>Of a partition. Brokers are waited for, for 15 s at most.</summary>
    public async Task<StallEvidence> OfAsync(SourcePartition partition)
    {
        List<PartitionStanding> standings = [];
        records.AddStandings(standings);
        bool isUnread = records.HasRoom && !standings.Any(one => one.Partition == partition && one.Unfinished > 0);
        return Reported() with
        {
            IsUnread = isUnread,
            Read = source.FailedReads.Last.GetValueOrDefault(partition),
            Coordinator = await queries.WhySilentAsync(Answer),
            Output = isUnread ? null : await outputs.FindClosedAsync(Answer),
        };
    }

    /// <summary>Of a worker that has no partition. The coordinator is waited for, for 3 s at most.</summary>
    public async Task<StallEvidence> OfGroupAsync() =>
        Reported() with { IsUnread = true, Coordinator = await queries.WhySilentAsync(Answer) };

    private StallEvidence Reported() => new()
    {
        Group = source.FailedReads.OfGroup,
        Consumer = source.Warnings.Lately,
        Producer = sink.Warnings.Lately,
        Commit = source.Warnings.FailingCommit,
        WaitsForPlaces = source.WaitsForPlaces,
        Registry = registry.Outage,
    };
}

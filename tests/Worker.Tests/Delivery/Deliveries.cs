using Microsoft.Extensions.Logging;
using Sluice.Worker.Configuration;
using Sluice.Worker.Delivery;
using Sluice.Worker.Documents;
using Sluice.Worker.Faults;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;
using Sluice.Worker.Observability;

namespace Worker.Tests.Delivery;

/// <summary>Deliveries as the worker makes them, over a wire that a test holds.</summary>
internal static class Deliveries
{
    public static AtLeastOnce AtLeastOnce(Action<OutboundRecord, Action<SendFailure?>, CancellationToken> send, RefusedRecords refused,
        RejectionBrake brake, ILogger<RejectionLog> told, InFlightRecords records, PipelineProgress progress, PipelineFailure failure) =>
        new(send, new OffsetCommitter((_, _, _) => true, records), refused,
            new BrakedRejections(brake, new RejectionLog(TimeProvider.System, told)), records,
            new DeliveredShipments(brake, records, progress, new WorkerMetrics(new MetricsOptions(), TimeProvider.System)),
            new KafkaOptions(), failure);
}

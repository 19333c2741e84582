using System.Diagnostics.Metrics;
using Sluice.Inference.Batching;
using Sluice.Inference.Modes;
using Sluice.Worker.InFlight;
using Sluice.Worker.Observability;

namespace Worker.Tests.Observability;

public sealed class WorkerMetricsTests
{
    [Fact]
    public void Whoever_listens_reads_the_cost_models_live_error_and_what_is_on_its_way()
    {
        CostModels costs = new(new CostFingerprint("machine", "runtime", "model"));
        costs.TryAdd(new CostKey("teacher", Precision.Int8, 2), new CostSnapshot(BatchCost.Guess, 0.04, 300, true));
        _ = costs[new CostKey("swift", Precision.Int8, 2)]; // nothing judged yet: no error to tell
        InFlightRecords records = new(new InFlightLimits(100, 100_000, 100_000)) { MaxTokensPerDocument = 512 };
        PipelineProgress progress = new(records);
        progress.Batches.Note(BatchShape.Of(8, 10, 12), predictedMs: 2, measuredMs: 1);
        progress.RunFailed();
        records.Enter(new InboundRecord(new SourcePartition("mails", 0), 0, null, new byte[98], [], null));
        using WorkerMetrics meter = new(progress, records) { Costs = costs };
        List<string> read = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (ReferenceEquals(instrument.Meter, meter.Meter)) own.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
        {
            string values = string.Join(' ', tags.ToArray().Select(tag => tag.Value));
            read.Add(FormattableString.Invariant($"{instrument.Name} {value} {values}"));
        });
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => read.Add($"{instrument.Name} {value}"));
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.Equal(
            ["sluice.batching.batches 1", "sluice.batching.cost_error 0.04 teacher Int8 2", "sluice.batching.documents 3",
                "sluice.batching.failed_runs 1",
                "sluice.pipeline.documents_in_flight 1", "sluice.pipeline.tokens_in_flight 100"],
            read.Order(StringComparer.Ordinal));
    }
}

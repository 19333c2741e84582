using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Sluice.Inference.Batching;
using Sluice.Worker.InFlight;

namespace Sluice.Worker.Observability;

/// <summary>
/// What can be watched from outside while the worker runs: the meter <c>Sluice.Worker</c> of System.Diagnostics.Metrics. Costs nothing
/// until somebody looks.
/// </summary>
/// <remarks>Hosted only so that it is there from the start.</remarks>
internal sealed class WorkerMetrics : IHostedService, IDisposable
{
    public const string Name = "Sluice.Worker";

    private volatile CostModels? _costs;

    public WorkerMetrics(PipelineProgress progress, InFlightRecords records)
    {
        Meter.CreateObservableGauge("sluice.batching.cost_error", Errors, "1",
            "Mean relative error of the predicted cost of the last batches, by mode, precision and inference threads; "
            + "from 0.25 on nothing predicted is believed.");
        Meter.CreateObservableCounter("sluice.batching.batches", () => progress.Batches.Read().Batches, "{batch}",
            "Batches that went through the model.");
        Meter.CreateObservableCounter("sluice.batching.documents", () => progress.Batches.Read().Documents, "{document}",
            "Documents that went through the model.");
        Meter.CreateObservableCounter("sluice.batching.failed_runs", () => progress.FailedRuns, "{run}",
            "Runs of the model that failed; what they had not labelled was run again, in halves where there were several.");
        Meter.CreateObservableGauge("sluice.pipeline.documents_in_flight", () => records.Documents, "{document}",
            "Documents between reading and delivery.");
        Meter.CreateObservableGauge("sluice.pipeline.tokens_in_flight", () => records.Tokens, "{token}",
            "Tokens between reading and delivery.");
    }

    /// <summary>What batches cost, as far as it is known; null until the start has got to know it.</summary>
    public CostModels? Costs
    {
        get => _costs;
        set => _costs = value;
    }

    /// <summary>The meter.</summary>
    internal Meter Meter { get; } = new(Name);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => Meter.Dispose();

    private IEnumerable<Measurement<double>> Errors()
    {
        if (_costs is not { } costs) yield break;
        foreach (CostKey key in costs.Keys)
        {
            double error = costs[key].Current.MeanError;
            if (!double.IsNaN(error))
                yield return new Measurement<double>(error,
                    new("mode", key.Mode), new("precision", key.Precision.ToString()), new("callers", key.Concurrency));
        }
    }
}

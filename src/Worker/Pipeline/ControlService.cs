using Microsoft.Extensions.Logging;
using Sluice.Inference.Models;
using Sluice.Worker.Configuration;
using Sluice.Worker.Control;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Pipeline;

/// <summary>The control of the mode: looks at the lag fifty times a second as long as the pipeline runs, and sets the mode by it.</summary>
/// <remarks>On a thread of its own: in a burst the pool's are all busy with decoding, and the answer to it would come late.</remarks>
internal sealed class ControlService(RecordSource source, InFlightRecords records, PipelineProgress progress, ModelOptions model,
    ControlOptions control, PipelineOptions pipeline, TimeProvider time, ILogger<ControlService> logger)
{
    /// <summary>Between two looks: five in the 100 ms in which a burst is to be answered.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(20);

    private volatile ControlSnapshot? _snapshot;

    /// <summary>What it knows and has done; null before the start is through. Any thread.</summary>
    public ControlSnapshot? Snapshot => _snapshot;

    /// <summary>Works until it is told to stop, which a drain is not: what is in flight then is labelled as before.</summary>
    public void Run(ServedModel served, BatchStep batches, CancellationToken stop)
    {
        // One after the other waits for the model too while another thread is idle: a cheaper mode answers it sooner.
        int idleThreads = pipeline.KeepKeyOrder ? pipeline.InferenceThreads : 1;
        LiveCapacity capacity = new(served, batches, progress, pipeline);
        Manifest manifest = served.Bundle.Manifest;
        ControlLoop loop = new(() => source.LagSample, served.Mode, model.Auto,
            [.. served.Mode.Loaded.Select(mode => StatedAccuracy.Of(manifest, mode))], LoadOf, CapacitiesAt, control, time, logger);
        LadderLines.Tell(logger, model, control, manifest, capacity.Now);
        do _snapshot = loop.Look();
        while (!stop.WaitHandle.WaitOne(Period));

        PipelineLoad LoadOf()
        {
            ModelLoad load = batches.Load(idleThreads);
            int queued = records.Queued;
            long inFlight = records.Documents;
            return new PipelineLoad(inFlight, Math.Max(0, inFlight - load.Waiting - queued),
                IsReading: records.HasRoom && source.Counts.Paused == 0, load);
        }

        IReadOnlyList<double> CapacitiesAt(int rung, int waiting, TimeSpan now)
        {
            capacity.Look(rung, waiting, now);
            return capacity.Now;
        }
    }
}

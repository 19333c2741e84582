using Sluice.Inference.Batching;

namespace Sluice.Worker.Observability;

/// <summary>What the path had done at one moment.</summary>
internal sealed record ProgressSnapshot
{
    /// <summary>Records read.</summary>
    public required long Consumed { get; init; }

    /// <summary>Documents that the model has labelled.</summary>
    public required long Labelled { get; init; }

    /// <summary>Labels that the output topic has acknowledged.</summary>
    public required long Published { get; init; }

    /// <summary>Records that the dead-letter topic has acknowledged.</summary>
    public required long DeadLettered { get; init; }

    /// <summary>Tombstones that the output topic has acknowledged.</summary>
    public required long Tombstones { get; init; }

    /// <summary>Records whose work was dropped because their partition was taken away meanwhile.</summary>
    public required long Dropped { get; init; }

    /// <summary>Records that are neither documents nor faults.</summary>
    public required long PassedOver { get; init; }

    /// <summary>Records settled by a committed offset.</summary>
    public required long Committed { get; init; }

    /// <summary>Tokens that went through the model.</summary>
    public required long Tokens { get; init; }

    /// <summary>Batches that went through the model.</summary>
    public required BatchTotals Batches { get; init; }

    /// <summary>
    /// CPU time of the worker's own threads in each step. The client library's threads are in no step: they are what is left of the
    /// process's total.
    /// </summary>
    public required IReadOnlyDictionary<PipelineStep, TimeSpan> Cpu { get; init; }
}

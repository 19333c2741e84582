using Sluice.Inference.Batching;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;

namespace Sluice.Inference.Engines;

/// <summary>Labels packed batches in one mode. Thread-safe: any number of callers may run batches at once.</summary>
internal interface IEngine : IDisposable
{
    /// <summary>The model that labels.</summary>
    ModelIdentity Model { get; }

    /// <summary>What it labels with when nothing goes wrong.</summary>
    Mode Mode { get; }

    /// <summary>Labels a sealed batch and returns when it is done.</summary>
    /// <param name="batch">At least one row; over memory that does not move until the return.</param>
    /// <param name="logits">[rows, labels], row-major, written; exactly rows x labels long.</param>
    /// <returns>How the rows came about, and what threads other than the caller's spent on them.</returns>
    BatchOutcome Run(PackedTensors batch, Span<float> logits);
}

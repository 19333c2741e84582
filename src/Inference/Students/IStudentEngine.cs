using Sluice.Inference.Batching;
using Sluice.Inference.Engines;

namespace Sluice.Inference.Students;

/// <summary>Labels batches by the first students of a group, in whatever way it runs them.</summary>
internal interface IStudentEngine : IEngine
{
    /// <summary>How it runs them, as the log says it and learned costs name it.</summary>
    string Strategy { get; }

    /// <summary>
    /// The same as <see cref="IEngine.Run"/> with a number of students of its own, which may change from batch to batch at no cost.
    /// </summary>
    /// <param name="batch">At least one row; over memory that does not move until the return.</param>
    /// <param name="count">Students, 1..those that are loaded.</param>
    /// <param name="logits">[rows, labels], row-major, written; exactly rows x labels long.</param>
    /// <returns>How the rows came about: with all students, or with the prefix that was left.</returns>
    /// <exception cref="ArgumentOutOfRangeException">So many students are not loaded.</exception>
    /// <exception cref="ArgumentException"><paramref name="logits"/> has another length, or a document is too long.</exception>
    /// <exception cref="Microsoft.ML.OnnxRuntime.OnnxRuntimeException">No prefix is complete.</exception>
    BatchOutcome Run(PackedTensors batch, int count, Span<float> logits);
}

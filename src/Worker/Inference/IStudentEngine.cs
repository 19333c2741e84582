using Sluice.Worker.Batching;

namespace Sluice.Worker.Inference;

/// <summary>Labels batches by the first students of a group, in whatever way it runs them.</summary>
internal interface IStudentEngine : IEngine
{
    /// <summary>The same as <see cref="IEngine.Run"/> with a number of students of its own, which may change from batch to batch at no cost.</summary>
    /// <param name="batch">As for <see cref="IEngine.Run"/>.</param>
    /// <param name="count">Students, 1..those that are loaded.</param>
    /// <param name="logits">As for <see cref="IEngine.Run"/>.</param>
    BatchOutcome Run(PackedTensors batch, int count, Span<float> logits);
}

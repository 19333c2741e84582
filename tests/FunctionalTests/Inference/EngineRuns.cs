using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Modes;

namespace FunctionalTests.Inference;

/// <summary>Runs of an engine whose logits the test keeps.</summary>
internal static class EngineRuns
{
    /// <summary>In the last of the engine's modes: its only one, or all students.</summary>
    public static BatchOutcome Run(this IEngine engine, PackedTensors batch, float[] logits) =>
        engine.Run(batch, engine.Modes[^1], logits);

    /// <summary>In the mode of so many students.</summary>
    public static BatchOutcome Run(this IEngine engine, PackedTensors batch, int students, float[] logits) =>
        engine.Run(batch, Mode.Students(students, engine.Modes[^1].Precision), logits);

    public static BatchOutcome Run(this IEngine engine, PackedTensors batch, Mode mode, float[] logits) =>
        engine.Run(batch, mode, new CollectedRows(logits));
}

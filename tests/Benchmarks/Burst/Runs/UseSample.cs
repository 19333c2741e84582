namespace Benchmarks.Burst.Runs;

/// <summary>What the processes of a run had used at a moment.</summary>
/// <param name="At">Seconds since the load's start.</param>
/// <param name="System">The system that labels.</param>
/// <param name="Broker">Kafka; null where it was not started here.</param>
/// <param name="Load">This process: the load, and what watches.</param>
/// <param name="InferenceSeconds">CPU time of the system's inference, by its own metrics; null where it tells none.</param>
internal sealed record UseSample(double At, ProcessUse System, ProcessUse? Broker, double Load, double? InferenceSeconds);

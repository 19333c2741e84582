namespace Benchmarks.Burst.Runs;

/// <summary>What the processes of a run had used at a moment.</summary>
/// <param name="At">Seconds since the load's start.</param>
/// <param name="System">The system that labels.</param>
/// <param name="Broker">Kafka; null where it was not started here.</param>
/// <param name="Load">This process: the load, and what watches.</param>
/// <param name="Steps">CPU seconds of the system's steps, by its own metrics; empty between phases, and where it tells none.</param>
internal sealed record UseSample(double At, ProcessUse System, ProcessUse? Broker, double Load, IReadOnlyDictionary<string, double> Steps);

using Benchmarks.Burst.Load;

namespace Benchmarks.Burst.Runs;

/// <summary>A system under a load, from the first document to the last label: what was seen of it.</summary>
/// <param name="System">Name of the system.</param>
/// <param name="Texts">What was sent.</param>
/// <param name="Schedule">When it was due.</param>
/// <param name="Deliveries">Labels in the order of their times.</param>
/// <param name="Uses">A sample a second, and one at each phase's start and end.</param>
/// <param name="Committed">By partition, from before the labels were read.</param>
/// <param name="DeadLetters">Documents that the system refused.</param>
/// <param name="NotSent">Documents that the broker did not take: never to be labelled, and no fault of the system.</param>
/// <param name="LatestSend">The latest that a document was sent after it was due.</param>
internal sealed record LoadRun(
    string System, TextSet Texts, Schedule Schedule, IReadOnlyList<Delivery> Deliveries, IReadOnlyList<UseSample> Uses,
    IReadOnlyDictionary<int, long> Committed, long DeadLetters, int NotSent, TimeSpan LatestSend);

/// <summary>What the processes of a run had used at a moment.</summary>
/// <param name="At">Seconds since the load's start.</param>
/// <param name="System">The system that labels.</param>
/// <param name="Broker">Kafka; null where it was not started here.</param>
/// <param name="Load">This process: the load, and what watches.</param>
/// <param name="Steps">CPU seconds of the system's steps, by its own metrics; empty between phases, and where it tells none.</param>
internal sealed record UseSample(double At, ProcessUse System, ProcessUse? Broker, double Load, IReadOnlyDictionary<string, double> Steps);

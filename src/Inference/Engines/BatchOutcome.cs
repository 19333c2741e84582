using Sluice.Inference.Modes;

namespace Sluice.Inference.Engines;

/// <summary>What a run gave besides its rows.</summary>
/// <param name="Provenance">How the batch came about: what it was asked for, and the students that took part.</param>
/// <param name="HelpersCpuNs">Nanoseconds of CPU that threads other than the caller's spent on it; 0 where the caller did all.</param>
/// <param name="Missing">Why the first student that did not come through did not: a <see cref="TimeoutException"/> where it was late. Null
/// where all did.</param>
internal readonly record struct BatchOutcome(Provenance Provenance, long HelpersCpuNs = 0, Exception? Missing = null);

using Sluice.Inference.Modes;

namespace Sluice.Inference.Batching;

/// <summary>What one <see cref="CostModel"/> is of.</summary>
/// <param name="Mode">Which part of the model runs, by the name of its mode: <c>teacher</c>, <c>students:2</c>, <c>swift</c>.</param>
/// <param name="Precision">In which arithmetic.</param>
/// <param name="Concurrency">How many batches run at once, this one included. At least 1.</param>
internal readonly record struct CostKey(string Mode, Precision Precision, int Concurrency);

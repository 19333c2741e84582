namespace Sluice.Inference.Batching;

/// <summary>What a <see cref="CostModel"/> believes at one moment.</summary>
/// <param name="Cost">The prediction.</param>
/// <param name="MeanError">Recent mean of |predicted - measured| / measured, each prediction made before its batch was learned from, each
/// error counted as at most 1. NaN while too few batches have run.</param>
/// <param name="Batches">Batches learned from, in this process and before.</param>
/// <param name="IsTrusted">Enough batches have run and the error is small. Otherwise documents are to run one by one, which no wrong belief
/// can make worse than what it is.</param>
internal readonly record struct CostSnapshot(BatchCost Cost, double MeanError, long Batches, bool IsTrusted);

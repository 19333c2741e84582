using Sluice.Inference.Batching;

namespace Benchmarks.Batching;

/// <summary>What <see cref="BatchingBenchmark"/> measured.</summary>
/// <param name="Few">Every policy on few documents, documents a second.</param>
/// <param name="All">The served policies on all documents; on the mix the best padded ones too.</param>
/// <param name="OneByOne">Planned as many times as fast as one by one, int8, by set and queue.</param>
/// <param name="Oracle">Planned as many times as fast as the oracle, int8, on the mix, by queue.</param>
/// <param name="SameAgain">By what share a batch of the mix took another time when it was run again, by queue.</param>
/// <param name="Records">What planned batches were.</param>
/// <param name="Latencies">Of the mix.</param>
/// <param name="Trials">Of the mix at 70% of capacity.</param>
internal sealed record BatchingResults(
    IReadOnlyDictionary<(string Set, string Policy), Sample> Few,
    IReadOnlyDictionary<(string Set, string Policy), Sample> All,
    IReadOnlyDictionary<(string Set, int Queue), Sample> OneByOne,
    IReadOnlyDictionary<int, Sample> Oracle,
    IReadOnlyDictionary<int, double> SameAgain,
    IReadOnlyList<(string Set, int Queue, BatchTotals Record)> Records,
    IReadOnlyList<LatencyRow> Latencies,
    IReadOnlyList<LatencyTrial> Trials);

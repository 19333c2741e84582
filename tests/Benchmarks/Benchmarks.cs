namespace Benchmarks;

/// <summary>Every benchmark of <c>./sluice bench</c>, in the order of its help.</summary>
internal static class Benchmarks
{
    public static IReadOnlyList<Benchmark> All { get; } =
    [
        AvroBenchmark.Create(),
        FormatsBenchmark.Create(),
        TokenizerBenchmark.Create(),
        InferenceBenchmark.Create(),
        BatchingBenchmark.Create(),
        MemoryBenchmark.Create(),
        StudentsBenchmark.Create(),
        ModesBenchmark.Create(),
        MetricsBenchmark.Create(),
        DeliveryBenchmark.Create(),
        BurstBenchmark.Create(),
        FaultsBenchmark.Create(),
        GpuBenchmark.Create(),
    ];
}

namespace Benchmarks;

/// <summary>Something that a benchmark measures with is not there; the message says where it was looked for and how to get it.</summary>
internal sealed class BenchmarkInputException(string message) : Exception(message);

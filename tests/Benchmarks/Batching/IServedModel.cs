namespace Benchmarks.Batching;

/// <summary>A model as a caller sees it. Thread-safe.</summary>
internal interface IServedModel : IDisposable
{
    /// <summary>Labels documents together; their layout is part of it, as it is in service.</summary>
    void Run(ReadOnlySpan<int[]> documents);
}

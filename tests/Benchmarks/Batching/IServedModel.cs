namespace Benchmarks.Batching;

/// <summary>A model as an inference thread sees it. Thread-safe.</summary>
internal interface IServedModel : IDisposable
{
    /// <summary>Labels documents together; their layout is part of it, as it is in service.</summary>
    void Run(ReadOnlySpan<int[]> documents);
}

namespace Benchmarks.Inference;

/// <summary>How documents are put into batches.</summary>
internal enum Policy
{
    /// <summary>Each document alone.</summary>
    One,

    /// <summary>Sixteen at a time, in order of arrival.</summary>
    Fifo16,

    /// <summary>Sixteen at a time after sorting by length: what a planner comes near to.</summary>
    Sorted16,
}

namespace Sluice.Inference.Batching;

/// <summary>One batch of a plan: neighbours among the waiting documents in order of length.</summary>
/// <param name="Start">Index of its first, shortest document.</param>
/// <param name="Shape">What its time depends on.</param>
/// <param name="PredictedMs">Its predicted time in milliseconds.</param>
internal readonly record struct PlannedBatch(int Start, BatchShape Shape, double PredictedMs)
{
    /// <summary>Index after its last, longest document.</summary>
    public int End => Start + Shape.Rows;

    /// <summary>Whether the document at <paramref name="index"/> is in it.</summary>
    public bool Holds(int index) => index >= Start && index < End;
}

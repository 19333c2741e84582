using Sluice.Inference.Batching;

namespace Inference.Tests.Simulated;

/// <summary>What batches cost on a GPU that is simulated: tables of a GPU's kind, none of them measured by us.</summary>
internal static class SimulatedGpuCost
{
    /// <summary>The longest document of the simulated model.</summary>
    public const int Longest = 512;

    /// <summary>A line through published times of BERT-base on an A100 (FasterTransformer's): 0.76 ms a run and 1 us a token. Attention
    /// that pads nothing.</summary>
    public static BatchCost Packed { get; } = new(0.76, 0, 0.001, 0, 0);

    /// <summary>The same with attention over rows as long as the longest: 37,000 operations a cell in twelve layers of width 768, at 37
    /// Top/s.</summary>
    public static BatchCost Padding { get; } = Packed with { CellMs = 1e-6 };

    /// <summary>A small model on a large GPU: what a run costs by itself is worth thousands of tokens.</summary>
    public static BatchCost Small { get; } = new(0.3, 0, 0.0001, 1e-8, 0);

    public static TheoryData<string> Names => ["packed", "padding", "small"];

    public static BatchCost Of(string name) => name switch
    {
        "packed" => Packed,
        "padding" => Padding,
        "small" => Small,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such simulated GPU"),
    };

    /// <summary>As a model that has learned it knows it.</summary>
    public static CostSnapshot Known(BatchCost cost) => new(cost, 0.03, 1000, true);
}

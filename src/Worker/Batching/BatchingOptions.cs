using System.ComponentModel.DataAnnotations;

namespace Sluice.Worker.Batching;

/// <summary>How large a batch may be. Section <c>Sluice:Batching</c>.</summary>
internal sealed record BatchingOptions
{
    public const string Section = "Sluice:Batching";

    /// <summary>Documents in one batch.</summary>
    /// <value>1 to 4,096. Default 64.</value>
    [Range(1, 4096)]
    public int MaxRows { get; init; } = 64;

    /// <summary>Tokens in one batch, special tokens included, each document counted with the length of the longest: that is what attention computes. Larger batches make the first document wait
    /// for the last and gain little on a CPU; smaller ones pay each run's fixed cost more often.</summary>
    /// <value>16 to 65,536, and at least the longest document that the model takes. Default 512.</value>
    [Range(16, 65_536)]
    public int MaxTokens { get; init; } = 512;
}

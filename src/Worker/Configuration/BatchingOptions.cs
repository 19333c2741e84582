using System.ComponentModel.DataAnnotations;
using Sluice.Inference.Batching;

namespace Sluice.Worker.Configuration;

/// <summary>How large a batch may be. Section <c>Sluice:Batching</c>.</summary>
internal sealed record BatchingOptions
{
    public const string Section = "Sluice:Batching";

    /// <summary>Documents in one batch at most; how many there are is planned.</summary>
    /// <value>1 to 4,096. Default 64.</value>
    [Range(1, 4096)]
    public int MaxRows { get; init; } = BatchBudget.DefaultRows;

    /// <summary>Tokens in one batch at most, special tokens included, each document counted with the length of the longest, which is the
    /// size of the table [rows, longest] that attention gathers by. How many there are is planned; this bounds the memory of a run, and how
    /// long the first document of a batch waits for the last.</summary>
    /// <value>16 to 65,536, and at least the longest document that the model takes. Default 512.</value>
    [Range(16, 65_536)]
    public int MaxTokens { get; init; } = BatchBudget.DefaultTokens;

    /// <summary>
    /// Age by which a document should be labelled, from when it was read and tokenized. Mates that would make the oldest document later
    /// than that are left out of its batch; no document ever waits for mates.
    /// </summary>
    /// <value>1 ms to 1 h. Default 1 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan AgeBound { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Where what was learned of batches' costs is kept for the next start, one small file for each machine, ONNX Runtime and model.
    /// </summary>
    /// <value>A folder; <c>none</c> keeps nothing. Default empty: <c>costs</c> in <c>$SLUICE_CACHE</c>, else in
    /// <c>~/.cache/sluice</c>.</value>
    public string CostFolder { get; init; } = "";
}

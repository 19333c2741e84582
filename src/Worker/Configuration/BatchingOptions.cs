using System.ComponentModel.DataAnnotations;
using Sluice.Inference.Batching;

namespace Sluice.Worker.Configuration;

/// <summary>How large a batch may be. Section <c>Sluice:Batching</c>.</summary>
internal sealed record BatchingOptions
{
    public const string Section = "Sluice:Batching";

    /// <summary>Most that a batch may be set to hold, or be found to.</summary>
    internal const int MostRows = 4096, MostTokens = 65_536;

    /// <summary>Documents in one batch at most; how many there are is planned.</summary>
    /// <value>1 to 4,096. Not given: 64 on a CPU; on a GPU what the start finds (<see cref="Startup.BudgetStep"/>).</value>
    [Range(1, MostRows)]
    public int? MaxRows { get; init; }

    /// <summary>Tokens in one batch at most, special tokens included, each document counted with the length of the longest, which is the
    /// size of the table [rows, longest] that attention gathers by. How many there are is planned; this bounds the memory of a run, and how
    /// long the first document of a batch waits for the last.</summary>
    /// <value>16 to 65,536, and at least the longest document that the model takes. Not given: 512 on a CPU; on a GPU what the start
    /// finds.</value>
    [Range(16, MostTokens)]
    public int? MaxTokens { get; init; }

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

    /// <summary>What a batch may hold on a CPU, and on a GPU at least: what is given, and the CPU's of what is not.</summary>
    internal BatchBudget Least => new(MaxRows ?? BatchBudget.DefaultRows, MaxTokens ?? BatchBudget.DefaultTokens);
}

namespace Sluice.Cli.Demo.Replay;

/// <summary>What came back for one document.</summary>
/// <param name="Id">The document.</param>
/// <param name="TrueLabel">What it is.</param>
/// <param name="Label">The first label that came back, or null.</param>
/// <param name="Rejection">Why it went to the dead-letter topic, or null.</param>
/// <param name="Tokens">Tokens that the model saw, [CLS] and [SEP] included; 0 without a label.</param>
/// <param name="Truncated">Whether the text had more.</param>
/// <param name="Due">When its time began, in ticks of the demo's clock.</param>
/// <param name="Ticks">From due to label, in ticks of the demo's clock.</param>
internal sealed record Outcome(string Id, string TrueLabel, string? Label, string? Rejection, int Tokens, bool Truncated, long Due,
    long Ticks)
{
    /// <summary>What labelled it, as the label says: <c>teacher</c>, <c>students:2</c>, <c>swift</c>. Empty without a label.</summary>
    public string Mode { get; init; } = "";

    /// <summary>Whether it was sent at all.</summary>
    public bool IsSent { get; init; } = true;

    /// <summary>Whether it has its true label.</summary>
    public bool IsRight => Label == TrueLabel;
}

using Sluice.Worker.Wording;

namespace Sluice.Worker.Documents;

/// <summary>Why a record cannot be labelled, whoever tries and however often.</summary>
/// <param name="Reason">The kind of fault.</param>
/// <param name="Detail">What was found, where and what was expected, in one line. Never more of the content than a field's name or a
/// byte.</param>
internal sealed record Rejection(RejectionReason Reason, string Detail)
{
    /// <summary>The detail without a full stop, so that it may stand inside a sentence.</summary>
    public string Detail { get; } = ForeignText.OneLine(Detail.TrimEnd('.'), ForeignText.Message - RejectionReasons.LongestWayOut);

    /// <summary>What was found and what to do about it: what the log and a dead-letter record say. No full stop; at most some 950
    /// characters.</summary>
    public string Message => $"{Detail}; {Reason.WayOut()}";
}

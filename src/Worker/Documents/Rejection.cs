using Sluice.Worker.Wording;

namespace Sluice.Worker.Documents;

/// <summary>Why a record cannot be labelled, whoever tries and however often, and what to do about it.</summary>
/// <param name="Reason">The kind of fault.</param>
/// <param name="Detail">What was found, where and what was expected, in one line. Never more of the content than a field's name or a
/// byte.</param>
/// <param name="WayOut">What to do about this very fault; null for what the reason says.</param>
internal sealed record Rejection(RejectionReason Reason, string Detail, WayOut? WayOut = null)
{
    /// <summary>The detail without a full stop, so that it may stand inside a sentence.</summary>
    public string Detail { get; } = ForeignText.OneLine(Detail.TrimEnd('.'), ForeignText.Message - Wording.WayOut.Longest);

    /// <summary>What to do about it, and the setting that is likely wrong where all end so.</summary>
    public WayOut WayOut { get; } = WayOut ?? Reason.DefaultWayOut();

    /// <summary>What was found and what to do about it: what the log, a dead-letter record and the brake say. No full stop; at most some
    /// 950 characters.</summary>
    public string Message => $"{Detail}; {WayOut.Words}";
}

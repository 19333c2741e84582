namespace Sluice.Cli.Demo.Replay;

/// <summary>A replay in numbers.</summary>
/// <param name="Documents">To be sent in all.</param>
/// <param name="Sent">Handed to the producer so far.</param>
/// <param name="Labelled">With at least one label.</param>
/// <param name="Rejected">On the dead-letter topic.</param>
/// <param name="Duplicated">Labels beyond a document's first.</param>
/// <param name="Unexpected">Labels and dead-letter records of documents that were never sent.</param>
/// <param name="Correct">Labelled with their true label.</param>
/// <param name="Tokens">Tokens of the labelled documents.</param>
internal readonly record struct LedgerCounts(int Documents, int Sent, int Labelled, int Rejected, int Duplicated, int Unexpected,
    int Correct, long Tokens)
{
    /// <summary>Documents that were sent and got no label.</summary>
    public int Lost => Sent - Labelled;

    /// <summary>Documents that a run which ended early never came to.</summary>
    public int NotSent => Documents - Sent;

    /// <summary>Documents in flight.</summary>
    public int InFlight => Sent - Labelled - Rejected;

    /// <summary>Whether every document got exactly one label and nothing else came.</summary>
    public bool EachExactlyOnce => Labelled == Documents && Duplicated == 0 && Unexpected == 0;
}

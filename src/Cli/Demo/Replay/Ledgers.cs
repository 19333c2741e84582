namespace Sluice.Cli.Demo.Replay;

/// <summary>The ledgers of a run: warm-up documents are counted apart.</summary>
internal sealed record Ledgers(Ledger WarmUp, Ledger Main)
{
    /// <summary>The ledger that a document stands in by its id.</summary>
    public Ledger Of(string id) => id.StartsWith(DocumentPreparation.WarmUpPrefix, StringComparison.Ordinal) ? WarmUp : Main;
}

namespace Sluice.Worker.Control;

/// <summary>Milliseconds of CPU that the other steps spend on a record, on the cores of the inference threads. Not thread-safe.</summary>
/// <remarks>Whatever became of a record counts: reading, decoding and sending a tombstone or one that is rejected cost about what a
/// document's cost. What was learned fades to the guess while too little comes to learn from.</remarks>
internal sealed class StepOverhead
{
    /// <summary>Until some were measured: what decoding a mail of 300 tokens and sending its label take.</summary>
    public const double GuessedMs = 0.05;

    /// <summary>Of fewer records in one look there is so much else to do in between that it would count as theirs.</summary>
    public const int EnoughRecords = 200;

    // A look: by half in a minute and more.
    private const double Fading = 0.01;

    private long _records;
    private double _spentMs;

    /// <param name="records">Records finished so far.</param>
    /// <param name="spentMs">Milliseconds that the steps have spent so far.</param>
    public StepOverhead(long records, double spentMs) => (_records, _spentMs) = (records, spentMs);

    /// <summary>As of the last look; above 0.</summary>
    public double Ms { get; private set; } = GuessedMs;

    /// <summary>Looks, about once a second.</summary>
    /// <inheritdoc cref="StepOverhead(long, double)"/>
    public void Look(long records, double spentMs)
    {
        (long more, double moreMs) = (records - _records, spentMs - _spentMs);
        Ms += more >= EnoughRecords ? ((moreMs / more) - Ms) / 2 : Fading * (GuessedMs - Ms);
        (_records, _spentMs) = (records, spentMs);
    }
}

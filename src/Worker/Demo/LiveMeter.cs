using Sluice.Worker.Demo.Replay;
using Sluice.Worker.Demo.Report;

namespace Sluice.Worker.Demo;

/// <summary>Reads a run while it goes on. One thread.</summary>
internal sealed class LiveMeter(Ledger ledger, DemoWorker worker, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private readonly long _batchesBefore = worker.Progress.Batches;
    private readonly RateMeter _rates = new(time);

    public DemoStatus Read()
    {
        LedgerCounts counts = ledger.Counts;
        (double documents, double tokens) = _rates.Read(counts.Labelled, counts.Tokens);
        Percentiles latency = Percentiles.Of(ledger.RecentTicks, time.TimestampFrequency);
        return new DemoStatus(counts, time.GetElapsedTime(_start), documents, tokens, latency, worker.Progress.Batches - _batchesBefore);
    }
}

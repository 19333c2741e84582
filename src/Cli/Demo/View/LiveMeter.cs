using Sluice.Cli.Demo.Replay;
using Sluice.Cli.Demo.Report;

namespace Sluice.Cli.Demo.View;

/// <summary>Reads a run while it goes on. One thread.</summary>
internal sealed class LiveMeter
{
    private readonly Ledger _ledger;
    private readonly DemoWorker _worker;
    private readonly TimeProvider _time;
    private readonly RateMeter _rates;
    private readonly long _start;
    private readonly long _batchesBefore;

    public LiveMeter(Ledger ledger, DemoWorker worker, TimeProvider time)
    {
        (_ledger, _worker, _time) = (ledger, worker, time);
        _rates = new RateMeter(time);
        _rates.Read(0, 0);
        _start = time.GetTimestamp();
        _batchesBefore = worker.Progress.Batches.Batches;
    }

    public DemoStatus Read()
    {
        LedgerCounts counts = _ledger.Counts;
        (double documents, double tokens) = _rates.Read(counts.Labelled, counts.Tokens);
        Percentiles latency = Percentiles.Of(_ledger.RecentTicks, _time.TimestampFrequency);
        return new DemoStatus(counts, _time.GetElapsedTime(_start), documents, tokens, latency,
            _worker.Progress.Batches.Batches - _batchesBefore);
    }
}

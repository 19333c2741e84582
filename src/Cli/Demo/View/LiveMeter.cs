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
    private readonly Timeline? _timeline;

    /// <param name="ledger">Read with each reading.</param>
    /// <param name="worker">Likewise.</param>
    /// <param name="schedule">Of a run with a burst; null without.</param>
    /// <param name="time">The clock of the ledger; the run begins now.</param>
    public LiveMeter(Ledger ledger, DemoWorker worker, ArrivalSchedule? schedule, TimeProvider time)
    {
        (_ledger, _worker, _time) = (ledger, worker, time);
        _rates = new RateMeter(time);
        _rates.Read(0, 0);
        _start = time.GetTimestamp();
        _timeline = schedule is null ? null : new Timeline(schedule, _start, time.TimestampFrequency);
        _batchesBefore = worker.Progress.Batches.Batches;
    }

    public DemoStatus Read()
    {
        LedgerCounts counts = _ledger.Counts;
        _timeline?.Add(_ledger.LabelledAfter(_timeline.Labels));
        (double documents, double tokens) = _rates.Read(counts.Labelled, counts.Tokens);
        Percentiles latency = Percentiles.Of(_ledger.RecentTicks, _time.TimestampFrequency);
        return new DemoStatus(counts, _time.GetElapsedTime(_start), documents, tokens, latency,
            _worker.Progress.Batches.Batches - _batchesBefore) { Timeline = _timeline };
    }
}

using Sluice.Cli.Demo.Clusters;
using Sluice.Cli.Demo.Settings;

namespace Sluice.Cli.Demo.Replay;

/// <summary>Documents out to the worker and labels back: sends, reads, and knows when it is over.</summary>
internal sealed class Flow : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    private readonly DemoOptions _options;
    private readonly DemoWorker _worker;
    private readonly TimeProvider _time;
    private readonly Window _window;
    private readonly Replayer _replayer;
    private readonly LabelReader _labels;
    private readonly CancellationTokenSource _stopReading = new();
    private readonly Task _reading;

    /// <summary>Begins to read labels; nothing is sent yet.</summary>
    public Flow(DemoOptions options, IDemoCluster cluster, DemoWorker worker, Ledgers ledgers, TimeProvider time)
    {
        (_options, _worker, _time) = (options, worker, time);
        _window = new Window(options.InFlight, cluster.MaxUnreadBytes);
        _replayer = new Replayer(cluster.ClientSettings, cluster.Topics.Documents, time);
        _labels = new LabelReader(cluster.ClientSettings, cluster.Topics, ledgers.Of, _window, time);
        _reading = _labels.ReadAsync(_stopReading.Token);
    }

    /// <summary>A prediction as it came last; null before the first.</summary>
    public Schemas.Prediction? LastPrediction => _labels.Last;

    /// <summary>Sends documents and waits until each has come back.</summary>
    /// <param name="documents">What to send.</param>
    /// <param name="ledger">Theirs.</param>
    /// <param name="schedule">When each is due; null for when <paramref name="inFlight"/> lets it through.</param>
    /// <param name="inFlight">Most documents sent and not yet labelled, where there is no schedule.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Null when all came back, else why waiting for them was given up.</returns>
    public async Task<string?> RunAsync(IReadOnlyList<DemoDocument> documents, Ledger ledger, ArrivalSchedule? schedule,
        int inFlight, CancellationToken cancellation)
    {
        _window.Allow(schedule is null ? inFlight : int.MaxValue);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _worker.Stopping);
        Task sending = _replayer.SendAsync(documents, ledger, _window, new Pace(schedule, _time), stop.Token);
        string? fault = await WaitAsync(ledger, sending, stop.Token);
        await stop.CancelAsync();
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return fault;
    }

    /// <summary>
    /// Stops reading, lets <paramref name="stopWorker"/> finish, and reads what the topics hold then: a label written twice is seen even
    /// behind the last one.
    /// </summary>
    public async Task CloseAsync(Func<Task> stopWorker, CancellationToken cancellation)
    {
        await StopReadingAsync();
        await stopWorker();
        if (!cancellation.IsCancellationRequested && !_reading.IsFaulted)
            await Task.Run(() => _labels.ReadToEnd(cancellation), CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await StopReadingAsync();
        _labels.Dispose();
        _replayer.Dispose();
        _window.Dispose();
        _stopReading.Dispose();
    }

    private async Task StopReadingAsync()
    {
        await _stopReading.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<string?> WaitAsync(Ledger ledger, Task sending, CancellationToken stop)
    {
        int last = -1;
        long since = _time.GetTimestamp();
        while (!ledger.Settled.IsCompleted)
        {
            if (Fault(sending, stop) is { } fault)
                return EnvironmentSettings.Redaction.Clean(fault); // it may hold words of the broker, the registry or a library
            if (ledger.Counts is var counts && counts.Labelled + counts.Rejected + counts.Sent is var moved && moved != last)
                (last, since) = (moved, _time.GetTimestamp());
            else if (_time.GetElapsedTime(since) > _options.LabelTimeout)
                return $"no label came for {_options.LabelTimeout.TotalSeconds:0} s";
            await Task.WhenAny(ledger.Settled, Task.Delay(Look, _time, CancellationToken.None));
        }

        return null;
    }

    private string? Fault(Task sending, CancellationToken stop)
    {
        if (_worker.Failure is { } failure)
            return $"the worker stopped: {failure.Message}";
        if (_worker.Stopping.IsCancellationRequested)
            return "the worker stopped";
        if (stop.IsCancellationRequested)
            return "it was stopped";
        if (_reading.Exception?.InnerException is { } reading)
            return $"reading the labels failed: {reading.Message}";
        return sending.Exception?.InnerException is { } send ? $"sending the documents failed: {send.Message}" : null;
    }
}

using System.Collections.Concurrent;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Faults;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Kafka;

/// <summary>
/// What a client reports, in few lines: librdkafka repeats "all brokers are down" several times a second for as long as they are.
/// Thread-safe.
/// </summary>
internal sealed class ClientWarnings(string client, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan PassedOver = TimeSpan.FromSeconds(30); // before Quiet, which is made of it

    /// <summary>
    /// Least time between two lines about one kind of error. librdkafka passes over equal connection errors for 30 s (rdkafka_broker.c,
    /// <c>rkb_suppress.fail_error</c>), so without one for twice as long there is none.
    /// </summary>
    public static readonly TimeSpan Quiet = 2 * PassedOver;

    private const int MostLines = 64; // that are kept apart; librdkafka has a dozen or so

    private readonly ConcurrentDictionary<ErrorCode, RepeatedWarning> _kinds = new();
    private readonly ConcurrentDictionary<string, RepeatedWarning> _lines = new();
    private readonly RepeatedWarning _allDown = new(time, Quiet);
    private readonly RepeatedWarning _commits = new(time, Quiet);
    private volatile FailedConnection? _last;

    /// <summary>Why the last connection failed, or was closed by its broker; null while nothing did, or since something got through.
    /// </summary>
    public Error? Last => _last?.Why;

    /// <summary>An error that the client reported by itself.</summary>
    public void Add(Error error)
    {
        // That all brokers are down follows from what was before it, which says why; of that, a closed connection was told nowhere.
        if (error.Code != ErrorCode.Local_AllBrokersDown) _last = new(error, IsClosed: false, time.GetTimestamp());
        else if (_last is { IsClosed: true, Why.Reason: var why })
            error = new Error(error.Code, $"{error.Reason}, and of the last: {why}");
        RepeatedWarning kind = error.Code == ErrorCode.Local_AllBrokersDown ? _allDown
            : _kinds.GetOrAdd(error.Code, _ => new RepeatedWarning(time, Quiet));
        if (!kind.ShouldLog(out long suppressed)) return;
        if (suppressed == 0) Log.ClientError(logger, client, error.Code.ToString(), error.Reason);
        else Log.ClientErrorAgain(logger, client, error.Code.ToString(), error.Reason, suppressed);
    }

    /// <summary>A broker has closed a connection. librdkafka calls that no error, for idle ones are closed too; it is one where nothing
    /// else comes of any connection.</summary>
    public void AddClosed(string reason)
    {
        FailedConnection? last = _last;
        if (last is { IsClosed: false } && time.GetElapsedTime(last.At) < PassedOver) return; // it may go on unsaid, and says more
        _last = new(new Error(ErrorCode.Local_Transport, reason), IsClosed: true, time.GetTimestamp());
    }

    /// <summary>Whether to log a line that the client wrote: what stands in it comes again at each try to connect, many times a second.
    /// </summary>
    /// <param name="line">The line.</param>
    /// <param name="suppressed">How often it came without being logged.</param>
    public bool ShouldLogLine(string line, out long suppressed)
    {
        if (_lines.Count >= MostLines) _lines.Clear();
        return _lines.GetOrAdd(line, _ => new RepeatedWarning(time, Quiet)).ShouldLog(out suppressed);
    }

    /// <summary>A commit that failed.</summary>
    public void AddCommit(Error error)
    {
        if (_commits.ShouldLog(out long suppressed)) Log.CommitFailed(logger, error.Code.ToString(), error.Reason, suppressed);
    }

    /// <summary>Something got through to a broker: whatever was said of all of them is over. Cheap where nothing was.</summary>
    public void GotThrough()
    {
        if (_last is not null) _last = null;
        if (_allDown.TryEnd(out TimeSpan lasted)) TellOver(lasted);
    }

    /// <summary>A commit succeeded.</summary>
    public void Committed()
    {
        GotThrough();
        if (_commits.TryEnd(out TimeSpan lasted)) Log.CommitsGoOn(logger, (int)lasted.TotalSeconds);
    }

    /// <summary>To be called now and then: an idle client has nothing that gets through, so silence must do.</summary>
    public void LookForSilence()
    {
        if (_allDown.TryEndSilent(out TimeSpan lasted)) TellOver(lasted);
        foreach (RepeatedWarning kind in _kinds.Values) kind.TryEndSilent(out _);
    }

    private void TellOver(TimeSpan lasted)
    {
        foreach (RepeatedWarning kind in _kinds.Values) kind.TryEnd(out _);
        Log.ClientRecovered(logger, client, (int)lasted.TotalSeconds);
    }

    private sealed record FailedConnection(Error Why, bool IsClosed, long At);
}

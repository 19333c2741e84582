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
    /// <summary>
    /// Least time between two lines about one kind of error. librdkafka passes over equal connection errors for 30 s (rdkafka_broker.c,
    /// <c>rkb_suppress.fail_error</c>), so without one for twice as long there is none.
    /// </summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<ErrorCode, RepeatedWarning> _kinds = new();
    private readonly RepeatedWarning _allDown = new(time, Quiet);
    private readonly RepeatedWarning _commits = new(time, Quiet);
    private volatile Reported? _last;
    private volatile ClientFault? _failingCommit;

    /// <summary>What it reported last, within <see cref="Quiet"/>; that all brokers are down follows from what it said before, and does not
    /// count where something was. Null where there is nothing.</summary>
    public ClientFault? Lately => _last is { } last && time.GetElapsedTime(last.At) < Quiet ? last.Error : null;

    /// <summary>What the last commit failed with; null where it did not.</summary>
    public ClientFault? FailingCommit => _failingCommit;

    /// <summary>An error that the client reported by itself.</summary>
    public void Add(Error error)
    {
        if (error.Code != ErrorCode.Local_AllBrokersDown || Lately is null)
            _last = new Reported(new ClientFault(error.Code, error.Reason), time.GetTimestamp());
        RepeatedWarning kind = error.Code == ErrorCode.Local_AllBrokersDown ? _allDown
            : _kinds.GetOrAdd(error.Code, _ => new RepeatedWarning(time, Quiet));
        if (!kind.ShouldLog(out long suppressed)) return;
        if (suppressed == 0) Log.ClientError(logger, client, error.Code.ToString(), error.Reason);
        else Log.ClientErrorAgain(logger, client, error.Code.ToString(), error.Reason, suppressed);
    }

    /// <summary>A commit that failed.</summary>
    public void AddCommit(Error error)
    {
        _failingCommit = new ClientFault(error.Code, error.Reason);
        if (_commits.ShouldLog(out long suppressed)) Log.CommitFailed(logger, error.Code.ToString(), error.Reason, suppressed);
    }

    /// <summary>Something got through to a broker: whatever was said of all of them is over. Cheap where nothing was.</summary>
    public void GotThrough()
    {
        if (_allDown.TryEnd(out TimeSpan lasted)) TellOver(lasted);
    }

    /// <summary>A commit succeeded.</summary>
    public void Committed()
    {
        GotThrough();
        _failingCommit = null;
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
        _last = null;
        foreach (RepeatedWarning kind in _kinds.Values) kind.TryEnd(out _);
        Log.ClientRecovered(logger, client, (int)lasted.TotalSeconds);
    }

    private sealed record Reported(ClientFault Error, long At);
}

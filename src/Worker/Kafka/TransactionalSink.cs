using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Configuration;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Kafka;

/// <summary>Sends records and offsets in transactions, one after the other: the only owner of transactional producers.</summary>
/// <remarks>
/// <para>On the reading thread, which waits no longer than it says: the client is called on another one, since its calls may take until the
/// brokers are back, or never return.</para>
/// <para>A producer that has met a fatal error (it was fenced), or does not come back within 5 s more than a transaction may take, is
/// thrown away, and a new one is made under the same name. Its first call makes the coordinator end what the old one has left open; a
/// delayed word of the old one comes to nothing after that.</para>
/// </remarks>
/// <param name="options">Cluster and pass-through settings.</param>
/// <param name="metrics">Whether the client's figures are wanted.</param>
/// <param name="transactionalId">The name, of this worker alone.</param>
/// <param name="ended">Is told when a transaction has ended, on the client's thread.</param>
/// <param name="source">Whose group has the offsets.</param>
/// <param name="sink">Whose warnings and figures are the producer's.</param>
/// <param name="redaction">Cleans what the client says.</param>
/// <param name="time">Of waits.</param>
/// <param name="logger">Of the client.</param>
internal sealed class TransactionalSink(KafkaOptions options, MetricsOptions metrics, string transactionalId, Action ended,
    RecordSource source, RecordSink sink, Redaction redaction, TimeProvider time, ILogger<TransactionalSink> logger) : IDisposable
{
    private static readonly TimeSpan LastWait = TimeSpan.FromSeconds(2);

    private readonly ProducerConfig _settings = ClientSettings.Transactional(options, transactionalId, metrics.IsOn);
    private (IProducer<byte[]?, byte[]?> Producer, TransactionSession Session)? _current;
    private TransactionAttempt? _running, _last;
    private long _began;
    private readonly Fencings _fencings = new(time);
    private bool _isUnknown; // one that was thrown away may have committed

    private TimeSpan TransactionTime => TimeSpan.FromMilliseconds(_settings.TransactionTimeoutMs!.Value);

    // A call of its own ends by the time of a transaction, if it ends.
    private TimeSpan Longest => TransactionTime + TimeSpan.FromSeconds(5);

    /// <summary>Begins a transaction, or goes on with it.</summary>
    /// <param name="content">The very one that runs until it has ended.</param>
    /// <param name="atMost">How long to wait.</param>
    /// <exception cref="ClusterException">The cluster does not let this user write in transactions, or somebody else writes under the same
    /// name.</exception>
    public TransactionOutcome Run(TransactionContent content, TimeSpan atMost)
    {
        _current ??= Make();
        _running ??= Begin(content, _current.Value.Session);
        if (!_running.Wait(atMost))
        {
            if (time.GetElapsedTime(_began) > Longest)
            {
                Lose(new SendFailure(ErrorCode.Local_TimedOut, $"it did not answer within {Longest.TotalSeconds:0} s"));
                // Its thread may go on to the commit until the new producer ends it. And it is not sent again as it is: under the member's
                // new generation the brokers would take what belongs to another owner by now.
                _isUnknown = true;
            }

            return new TransactionOutcome(TransactionState.Running);
        }

        TransactionAttempt ended = _running;
        (_running, _last) = (null, ended);
        if (ended.Fault is { } error)
        {
            if (IsRefusal(error.Code)) throw Refused(error);
            if (IsFencing(error.Code) && _fencings.Add(time.GetTimestamp())) throw Shared();
            // While it is not known whether it is committed a new producer ends it first.
            return Lose(Of(error)) ? new TransactionOutcome(TransactionState.Running)
                : new TransactionOutcome(TransactionState.Aborted, Of(error));
        }

        bool wasUnknown = _isUnknown;
        _isUnknown = false;
        if (wasUnknown) return new TransactionOutcome(TransactionState.Unknown);
        if (ended.Aborted is { } why)
        {
            // After some of these librdkafka 2.16 takes back the records of the next transaction unsent.
            if (why.IsOfOneRecord || why.Code == ErrorCode.Local_PurgeQueue) Lose(why);
            return new TransactionOutcome(TransactionState.Aborted, why);
        }

        sink.Warnings.GotThrough();
        return new TransactionOutcome(TransactionState.Committed);
    }

    public void Dispose()
    {
        if (_current is not { } current) return;
        if (_running is null || _running.Wait(LastWait)) current.Producer.Dispose(); // else the process is about to end
    }

    private TransactionAttempt Begin(TransactionContent content, TransactionSession session)
    {
        IConsumerGroupMetadata group = source.Member;
        _began = time.GetTimestamp();
        return _isUnknown
            ? TransactionAttempt.Start(() =>
            {
                session.Register(TransactionTime);
                return null;
            }, ended)
            : TransactionAttempt.Start(() => session.Transact(content, group, TransactionTime), ended);
    }

    /// <summary>Throws the producer away.</summary>
    /// <returns>Whether its transaction may be committed.</returns>
    private bool Lose(SendFailure why)
    {
        (IProducer<byte[]?, byte[]?> producer, TransactionSession session) = _current!.Value;
        _isUnknown |= session.MayHaveCommitted;
        Log.ProducerMadeAnew(logger, transactionalId, why.Reason);
        // Not while a call is inside it. Where that never returns it is never freed; the new one waits for neither.
        (_running ?? _last)?.WhenEnded(producer.Dispose);
        (_current, _running) = (null, null);
        return _isUnknown;
    }

    private ClusterException Refused(Error error) => new($"The cluster refuses transactions under '{transactionalId}': {Of(error)} Allow "
        + "this user WRITE and DESCRIBE on that TransactionalId (kafka-acls), or set Sluice:Delivery:Mode to AtLeastOnce.");

    // Once is a worker that stood still for longer than a transaction may take.
    private ClusterException Shared() => new($"Transactions under '{transactionalId}' were ended by somebody else {Fencings.Most} times "
        + $"within {Fencings.Window.TotalSeconds:0} s: another worker has the same name. Give each its own Sluice:Delivery:TransactionalId "
        + "(or group.instance.id), or set neither.");

    private SendFailure Of(Error error) => new(error.Code, ClientLog.Clean(error, redaction).Reason);

    private (IProducer<byte[]?, byte[]?> Producer, TransactionSession Session) Make()
    {
        ProducerBuilder<byte[]?, byte[]?> builder = new ProducerBuilder<byte[]?, byte[]?>(_settings)
            .SetErrorHandler((_, error) => sink.Warnings.Add(ClientLog.Clean(error, redaction)))
            .SetLogHandler((_, message) => ClientLog.Write(logger, message, redaction, sink.Warnings));
        if (metrics.IsOn) builder.SetStatisticsHandler((_, json) => sink.Statistics.Take(json));
        IProducer<byte[]?, byte[]?> producer = ClientSettings.Build(builder.Build, "transactional producer", redaction);
        return (producer, new TransactionSession(producer, Of, time));
    }

    private static bool IsFencing(ErrorCode code) => code is ErrorCode.Local_Fenced or ErrorCode.ProducerFenced
        or ErrorCode.InvalidProducerEpoch;

    private static bool IsRefusal(ErrorCode code) =>
        code is ErrorCode.TransactionalIdAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed;
}

using System.Collections.Concurrent;
using Confluent.Kafka;
using Sluice.Inference.Machine;
using Sluice.Worker.Control;
using Sluice.Worker.InFlight;

namespace Sluice.Worker.Kafka;

/// <summary>Reads a <see cref="LagSample"/> each <see cref="Period"/>: from what the brokers say of the logs, and what is in flight.
/// </summary>
/// <remarks>
/// <para>It asks the brokers, since a client's own watermarks stand still while it does not fetch: in a pause, and while its queue is
/// full. What can be read is asked each <see cref="Period"/>, the logs' ends and beginnings each <see cref="SlowPeriod"/>, all when a
/// partition was assigned; one question is out at a time, for all partitions. A broker that does not answer within <see cref="Bound"/>
/// makes the lag unknown after <see cref="LagEstimator.Stale"/>, never zero.</para>
/// <para>Of thousands of partitions a look is dear: the next one waits by what the last one cost (<see cref="Pause"/>).</para>
/// <para>Beside them it has <see cref="StartPositions"/> look for the group's commits each <see cref="TopicsPeriod"/>, also as a standby
/// without a partition; the coordinator, whom only that asks, holds up none of them.</para>
/// <para>One thread, its own; the reading one waits for nothing of it.</para>
/// </remarks>
internal sealed class LagReader(OffsetQueries queries, StartPositions positions, InFlightRecords records, Action<LagSample?> publish,
    TimeProvider time)
{
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan SlowPeriod = TimeSpan.FromSeconds(1);

    /// <summary>How long an answer is waited for.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(1);

    private const double CpuShare = 0.01;

    private static readonly TimeSpan TopicsPeriod = TimeSpan.FromSeconds(10);

    private readonly LagEstimator _estimator = new();
    private readonly ConcurrentDictionary<SourcePartition, OffsetAnswer> _starts = [], _readable = [], _ends = [];
    private readonly List<PartitionStanding> _standings = [];
    private readonly object _wake = new();
    private bool _stopped;
    private int _lastEpoch;
    private TimeSpan _askedForStarts, _askedForEnds, _lookedForTopics;
    private Task _out = Task.CompletedTask, _looking = Task.CompletedTask; // the questions that are waited for elsewhere

    private TimeSpan Now => time.GetElapsedTime(0);

    /// <summary>Reads until <see cref="Stop"/>; then nothing is known any more.</summary>
    public void Run()
    {
        _lookedForTopics = Now;
        TimeSpan due = Now;
        do
        {
            long cpu = ThreadCpuClock.Now();
            Look();
            TimeSpan pause = Pause(TimeSpan.FromMicroseconds((ThreadCpuClock.Now() - cpu) / 1e3));
            due = due + pause > Now ? due + pause : Now;
        }
        while (!WaitForStop(due - Now));
        publish(null);
    }

    /// <summary>From one look to the next: <see cref="Period"/>, longer where the look cost this thread more than 1% of it, and
    /// <see cref="SlowPeriod"/> at most, for answers grow stale.</summary>
    internal static TimeSpan Pause(TimeSpan cpuOfLook)
    {
        TimeSpan pause = cpuOfLook / CpuShare;
        return pause < Period ? Period : pause > SlowPeriod ? SlowPeriod : pause;
    }

    /// <summary>Ends <see cref="Run"/>, after the question that is out. From any thread.</summary>
    public void Stop()
    {
        lock (_wake)
        {
            _stopped = true;
            Monitor.Pulse(_wake);
        }
    }

    /// <summary>Asks what is due, and publishes a sample.</summary>
    internal void Look()
    {
        queries.Serve();
        if (_looking.IsCompleted && IsDue(ref _lookedForTopics, TopicsPeriod)) _looking = positions.LookForTopicsAsync();
        Stand();
        if (_standings.Count > 0)
        {
            Forget();
            if (_out.IsCompleted) Ask();
            Stand();
        }

        publish(_estimator.Add(Now, time.GetUtcNow(), [.. _standings.Select(standing => new PartitionObservation(standing,
            Answer(_starts, standing), Answer(_readable, standing), Answer(queries.IsReadCommitted ? _ends : _readable, standing)))]));
    }

    private bool WaitForStop(TimeSpan timeout)
    {
        lock (_wake) return _stopped || (timeout > TimeSpan.Zero && Monitor.Wait(_wake, timeout) && _stopped);
    }

    private void Stand()
    {
        _standings.Clear();
        records.AddStandings(_standings);
    }

    // Answers of partitions that are gone, or were assigned anew, which may be of another log.
    private void Forget()
    {
        int newest = _standings.Max(standing => standing.Epoch);
        if (newest == _lastEpoch) return;
        HashSet<SourcePartition> old = [.. _standings.Where(s => s.Epoch <= _lastEpoch).Select(s => s.Partition)];
        foreach (ConcurrentDictionary<SourcePartition, OffsetAnswer> answers in new[] { _starts, _readable, _ends })
            foreach (SourcePartition partition in answers.Keys.Where(partition => !old.Contains(partition)))
                answers.TryRemove(partition, out _);
        (_lastEpoch, _askedForStarts, _askedForEnds) = (newest, TimeSpan.MinValue, TimeSpan.MinValue);
    }

    private void Ask()
    {
        SourcePartition[] partitions = [.. _standings.Select(standing => standing.Partition)];
        try
        {
            Note(queries.Readable(partitions, Bound), _readable);
            if (IsDue(ref _askedForStarts, SlowPeriod)) Note(queries.LogStarts(partitions, Bound), _starts);
        }
        catch (KafkaException)
        {
            return; // the reading client tells what is wrong with the brokers; here the last answers grow stale
        }

        if (queries.IsReadCommitted && IsDue(ref _askedForEnds, SlowPeriod)) _out = AskForEndsAsync(partitions);
    }

    private async Task AskForEndsAsync(SourcePartition[] partitions)
    {
        try
        {
            Note(await queries.LogEndsAsync(partitions, Bound), _ends);
        }
        catch (KafkaException)
        {
            // As above.
        }
    }

    private bool IsDue(ref TimeSpan last, TimeSpan period)
    {
        if (last > Now - period) return false;
        last = Now;
        return true;
    }

    private void Note(IReadOnlyDictionary<SourcePartition, long> offsets, ConcurrentDictionary<SourcePartition, OffsetAnswer> answers)
    {
        TimeSpan now = Now;
        foreach ((SourcePartition partition, long offset) in offsets) answers[partition] = new OffsetAnswer(offset, now);
    }

    private static OffsetAnswer? Answer(ConcurrentDictionary<SourcePartition, OffsetAnswer> answers, PartitionStanding standing) =>
        answers.TryGetValue(standing.Partition, out OffsetAnswer answer) ? answer : null;
}

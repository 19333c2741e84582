using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Configuration;
using Sluice.Worker.Faults;
using Sluice.Worker.InFlight;

namespace Sluice.Worker.Delivery;

/// <summary>
/// The brake: until the first label of a run is delivered, rejected documents are held back, unsent and uncommitted. Where nearly all of
/// them are rejected for one reason the worker stops, and a start with the right setting finds them all unread.
/// </summary>
/// <remarks>
/// <para>At most as many are held as are judged by, the oldest going first, until the first label, or until
/// <see cref="HeldRejections.Longest"/> after the last record was read. A label's delivery is what counts, not its making: a topic that
/// refuses every label is a wrong setting like another. While documents that could be read are on their way to their label nothing is
/// judged, for up to as long, or <see cref="HeldRejections.LongestOfAll"/> where they are more than the held ones; more are held meanwhile,
/// bounded by what may be in flight.</para>
/// <para>Once a label is delivered it is over for the run, and costs a look at one field for each rejection and each label.</para>
/// <para>Thread-safe. One task sends what was held (<see cref="RunAsync"/>), in its order.</para>
/// </remarks>
internal sealed class RejectionBrake
{
    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(1);

    private readonly InFlightRecords _records;
    private readonly LikelySetting _likely;
    private readonly PipelineFailure _failure;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly int _window; // 0 where there is no brake
    private readonly HeldRejections _held;
    private readonly BrakeLines _lines;
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }); // a sign, not a queue
    private volatile Phase _phase;

    /// <param name="options">When it stops the worker, or that there is no brake.</param>
    /// <param name="pipeline">What may be in flight: the held ones have their room there.</param>
    /// <param name="records">What is in flight.</param>
    /// <param name="likely">Names the setting that is likely wrong.</param>
    /// <param name="failure">Is told when the brake stops the worker.</param>
    /// <param name="time">How long they are held.</param>
    /// <param name="logger">Is told what is held, and what becomes of it.</param>
    public RejectionBrake(DeadLetterOptions options, PipelineOptions pipeline, InFlightRecords records, LikelySetting likely,
        PipelineFailure failure, TimeProvider time, ILogger<RejectionBrake> logger)
    {
        (_records, _likely, _failure, _time) = (records, likely, failure, time);
        _window = options.WindowOf(pipeline.DocumentsInFlight);
        _held = new HeldRejections(int.Max(_window, 1), options.BrakeShare, 2L * pipeline.DocumentsInFlight, records, time);
        _lines = new BrakeLines(options, pipeline, logger);
        _phase = _window > 0 ? Phase.Holding : Phase.Over;
    }

    private enum Phase
    {
        /// <summary>None is labelled yet.</summary>
        Holding,

        /// <summary>One is; what is held is being sent, in its order.</summary>
        Releasing,

        /// <summary>Rejections are sent as they come.</summary>
        Over,

        /// <summary>The worker stops: nothing held is sent, nor what is rejected from now on.</summary>
        Stopped,
    }

    /// <summary>Rejected documents that are held now.</summary>
    public int Held
    {
        get { lock (_gate) return _held.Count; }
    }

    /// <summary>Takes the dead-letter record of a rejected document over. False when it is to be sent at once.</summary>
    public bool TryHold(Shipment rejected)
    {
        if (_phase == Phase.Over || rejected.Record.Value is null) return false; // a tombstone counts neither way
        MassRejectionException? found = null;
        List<Shipment> gone = [];
        Phase phase;
        lock (_gate)
        {
            phase = _phase;
            if (phase is Phase.Holding or Phase.Releasing) _held.Add(rejected);
            if (phase == Phase.Holding)
            {
                gone = _held.TakeGone(); // of a partition that went and came back the same records may be here twice
                found = JudgeLocked(areLate: false);
                if (_held.Count > _window) Wake(); // the oldest goes
            }
        }

        if (phase == Phase.Over) return false;
        Drop(gone);
        if (phase == Phase.Stopped) _records.Finish(rejected.Envelope, RecordOutcome.Dropped);
        else if (phase == Phase.Holding) _lines.Held(rejected);
        Stop(found);
        return true;
    }

    /// <summary>A label was delivered: what is held may go. On any thread; waits for nothing.</summary>
    public void Labelled()
    {
        if (_phase != Phase.Holding) return;
        lock (_gate)
        {
            if (_phase == Phase.Holding) _phase = Phase.Releasing;
        }

        Wake();
    }

    /// <summary>Gives up what is held: nothing of it is sent, nor what is rejected from now on. For a stop, when all that could be labelled
    /// is delivered.</summary>
    /// <returns>How many; 0 where they are being sent.</returns>
    public int Abandon()
    {
        List<Shipment> held;
        lock (_gate)
        {
            if (_phase != Phase.Holding) return 0;
            _phase = Phase.Stopped;
            held = _held.TakeAll();
        }

        Wake();
        Drop(held);
        return held.Count;
    }

    /// <summary>Sends what is held when its time has come, until the brake is over or the worker stops.</summary>
    /// <param name="send">Sends one; waits while the client's queue is full.</param>
    /// <param name="stop">The steps must stop where they are.</param>
    public async Task RunAsync(Action<Shipment> send, CancellationToken stop)
    {
        _lines.Begin();
        if (_window == 0) return;
        using ITimer look = _time.CreateTimer(_ => Wake(), null, LookPeriod, LookPeriod);
        while (_phase is Phase.Holding or Phase.Releasing)
        {
            await _wake.Reader.ReadAsync(stop);
            Look(send);
        }
    }

    /// <summary>Sends what is due, drops what is gone, or stops the worker. By one thread at a time.</summary>
    /// <inheritdoc cref="RunAsync"/>
    internal void Look(Action<Shipment> send)
    {
        while (true)
        {
            List<Shipment> gone, due;
            MassRejectionException? found;
            MassRejection? prevailing = null;
            bool areLate;
            Phase phase;
            lock (_gate)
            {
                phase = _phase;
                if (phase == Phase.Releasing) prevailing = _held.PrevailsOver(_records.Counts.Published);
                gone = _held.TakeGone();
                areLate = _held.AreLate;
                found = phase == Phase.Holding ? JudgeLocked(areLate) : null;
                due = phase switch
                {
                    Phase.Holding when found is null => _held.TakeDue(areLate),
                    Phase.Releasing => _held.TakeAll(),
                    _ => [],
                };
                if (phase == Phase.Releasing && due.Count == 0) _phase = Phase.Over;
            }

            Drop(gone);
            Stop(found);
            if (due.Count == 0) return;
            if (phase == Phase.Releasing) _lines.Over(due.Count, prevailing, prevailing is null ? null : Blamed(prevailing));
            else _lines.Late(due.Count, areLate);
            foreach (Shipment rejected in due) send(rejected);
            if (phase == Phase.Holding) return;
        }
    }

    /// <summary>What stops the worker, or null; then nothing is held any more.</summary>
    private MassRejectionException? JudgeLocked(bool areLate)
    {
        if (_held.Judge(areLate) is not { } verdict) return null;
        _phase = Phase.Stopped;
        int held = _held.TakeAll().Count; // in flight until the end: their offsets stay undone
        return MassRejectionException.Of(verdict.Found, Blamed(verdict.Found), verdict.First, held);
    }

    private string? Blamed(MassRejection found) => found.Kind.Likely is { } blamed ? _likely.Of(blamed) : null;

    private void Wake() => _wake.Writer.TryWrite(true);

    private void Drop(List<Shipment> rejected)
    {
        foreach (Shipment one in rejected) _records.Finish(one.Envelope, RecordOutcome.Dropped);
    }

    private void Stop(MassRejectionException? found)
    {
        if (found is null) return;
        Wake();
        _failure.Report(found, () => _lines.Stops(found));
    }
}

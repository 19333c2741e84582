using Sluice.Worker.Control;

namespace Worker.Tests.Control.Simulated;

/// <summary>A worker on a virtual clock: its threads serve a queue at the capacity of the rung that holds when a document begins, and the
/// policy looks at it each tick, by what the worker's own estimator makes of the lag.</summary>
/// <param name="policy">What chooses the rung.</param>
/// <param name="capacities">Documents/s of each rung, all threads together.</param>
internal sealed class SimulatedWorker(ModePolicy policy, double[] capacities)
{
    private const int MostInFlight = 4096; // Pipeline:MaxDocumentsInFlight

    private readonly List<SimulatedDocument> _queue = [];
    private readonly List<SimulatedDocument> _running = [];
    private readonly SimulatedLag _lag = new();
    private PolicyState _state = policy.Start(TimeSpan.Zero);
    private double[] _freeAt = new double[2];

    /// <summary>How many batches run at once.</summary>
    public int Threads { get => _freeAt.Length; init => _freeAt = new double[value]; }

    /// <summary>Seconds between two looks at the lag; the worker's own unless set.</summary>
    public double LookSeconds { get => _lag.LookSeconds; init => _lag = new SimulatedLag { LookSeconds = value }; }

    /// <summary>The capacities as the policy is told them, each sample; as they are unless set.</summary>
    public Func<double[], double[]> Told { get; init; } = capacities => capacities;

    /// <summary>The share of its capacity that a neighbour leaves the worker, at a time in seconds.</summary>
    public Func<double, double> Share { get; init; } = _ => 1;

    /// <summary>Documents that a thread has begun.</summary>
    public int Served { get; private set; }

    /// <summary>What was decided at each tick, with its time in seconds.</summary>
    public List<(double At, ModeDecision Decision)> Decisions { get; } = [];

    public IEnumerable<(double At, ModeDecision Decision)> Changes => Decisions.Where(entry => entry.Decision.Changed);

    public int Rung => _state.Rung;

    /// <summary>Documents that no thread has begun, oldest first.</summary>
    public IReadOnlyList<SimulatedDocument> Waiting => _queue;

    /// <summary>Runs a load to its end, and until nothing waits, but at least <paramref name="seconds"/>.</summary>
    public void Run(IReadOnlyList<SimulatedDocument> documents, double tick, double seconds)
    {
        int next = 0;
        for (int step = 0; step * tick < seconds || next < documents.Count || _queue.Count > 0; step++)
        {
            int from = next;
            while (next < documents.Count && documents[next].ArrivedAt < (step + 1) * tick) next++;
            Step(step * tick, (step + 1) * tick, documents.Skip(from).Take(next - from));
        }
    }

    /// <summary>One tick: documents come and are served, then the policy looks, if lag and arrivals are known.</summary>
    public void Step(double from, double to, IEnumerable<SimulatedDocument> come, bool known = true)
    {
        int before = _queue.Count;
        _queue.AddRange(come);
        _lag.Add(_queue.Skip(before));
        Serve(from, to);
        _running.RemoveAll(document => document.DoneAt <= to);
        if (known) _lag.Look(to, _queue.Concat(_running));
        LagSample? lag = known ? _lag.Sample : null;
        // What is in flight is known at every moment, what is in the topics as of the last look.
        double inFlight = Math.Min(_queue.Count, MostInFlight) + _running.Count;
        ControlSample sample = new(TimeSpan.FromSeconds(to), Math.Max(lag?.BacklogRecords ?? 0, inFlight), lag?.ArrivalsPerSecond,
            Told(capacities), _running.Count, IsWhole: lag is { IsWhole: true });
        (_state, ModeDecision decision) = policy.Next(_state, sample);
        Decisions.Add((to, decision));
    }

    /// <summary>Gives up a partition; what is begun of it is done, what waits goes.</summary>
    public SimulatedDocument[] Revoke(int partition)
    {
        SimulatedDocument[] waiting = [.. _queue.Where(document => document.Partition == partition)];
        _queue.RemoveAll(document => document.Partition == partition);
        _lag.Revoke(partition);
        return waiting;
    }

    private void Serve(double from, double to)
    {
        int served = 0;
        for (; served < _queue.Count; served++)
        {
            SimulatedDocument document = _queue[served];
            int thread = Array.IndexOf(_freeAt, _freeAt.Min());
            double start = Math.Max(from, Math.Max(_freeAt[thread], document.ArrivedAt));
            if (start >= to) break;
            document.Rung = _state.Rung;
            document.DoneAt = _freeAt[thread] = start + (Threads / (capacities[_state.Rung] * Share(from)));
            _running.Add(document);
        }

        _queue.RemoveRange(0, served);
        Served += served;
    }
}

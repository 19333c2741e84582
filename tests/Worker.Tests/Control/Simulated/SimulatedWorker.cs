using Sluice.Worker.Control;

namespace Worker.Tests.Control.Simulated;

/// <summary>A worker on a virtual clock: its threads serve a queue at the capacity of the rung that holds when a document begins, and the
/// policy looks at it each tick, by an estimate of arrivals as noisy as a real one.</summary>
/// <param name="policy">What chooses the rung.</param>
/// <param name="capacities">Documents/s of each rung, all threads together.</param>
internal sealed class SimulatedWorker(ModePolicy policy, double[] capacities)
{
    private readonly List<SimulatedDocument> _queue = [];
    private readonly List<SimulatedDocument> _running = [];
    private PolicyState _state = policy.Start(TimeSpan.Zero);
    private double _perSecond;
    private int _came;
    private double[] _freeAt = new double[2];

    /// <summary>How many batches run at once.</summary>
    public int Threads { get => _freeAt.Length; init => _freeAt = new double[value]; }

    /// <summary>Time constant of the estimate of arrivals, in seconds.</summary>
    public double RateSeconds { get; init; } = 0.15;

    /// <summary>The capacities as the policy is told them, each sample; as they are unless set.</summary>
    public Func<double[], double[]> Told { get; init; } = capacities => capacities;

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
        _came = _queue.Count - before;
        Serve(from, to);
        _running.RemoveAll(document => document.DoneAt <= to);
        _perSecond += (1 - Math.Exp(-(to - from) / RateSeconds)) * ((_came / (to - from)) - _perSecond);
        ControlSample sample = new(TimeSpan.FromSeconds(to), known ? _queue.Count + _running.Count : null, known ? _perSecond : null,
            Told(capacities), _running.Count);
        (_state, ModeDecision decision) = policy.Next(_state, sample);
        Decisions.Add((to, decision));
    }

    /// <summary>Gives up a partition; what is begun of it is done, what waits goes.</summary>
    public SimulatedDocument[] Revoke(int partition)
    {
        SimulatedDocument[] waiting = [.. _queue.Where(document => document.Partition == partition)];
        _queue.RemoveAll(document => document.Partition == partition);
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
            document.DoneAt = _freeAt[thread] = start + (Threads / capacities[_state.Rung]);
            _running.Add(document);
        }

        _queue.RemoveRange(0, served);
    }
}

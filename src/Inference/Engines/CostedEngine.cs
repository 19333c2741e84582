using Sluice.Inference.Batching;
using Sluice.Inference.Modes;

namespace Sluice.Inference.Engines;

/// <summary>An engine as one inference thread runs it: on a GPU in its turn, and each batch may teach what it cost. Not thread-safe: its
/// thread's own. Allocates nothing after its construction.</summary>
/// <param name="engine">What labels.</param>
/// <param name="clock">What a run costs.</param>
/// <param name="turn">One for all threads that run the engine.</param>
internal sealed class CostedEngine(IEngine engine, CostClock clock, DeviceTurn turn)
{
    private readonly StoppedWatch _watch = new(clock, turn);

    /// <summary>
    /// Runs a batch, measures it, and learns from it unless fewer students answered than were asked: that is not what a batch of the mode
    /// costs. What the sink does with rows is not measured.
    /// </summary>
    /// <param name="batch">As for <see cref="IEngine.Run"/>.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="mode">As for <see cref="IEngine.Run"/>.</param>
    /// <param name="costs">The thread's own, of the mode.</param>
    /// <param name="sink">As for <see cref="IEngine.Run"/>.</param>
    /// <param name="learn">Whether to learn from it at all.</param>
    public CostedBatch Run(PackedTensors batch, BatchShape shape, Mode mode, ThreadPace costs, IRowSink sink, bool learn = true)
    {
        double predictedMs = costs.Current.Cost.Predict(shape);
        _watch.Begin(sink, shape.Rows);
        try
        {
            BatchOutcome outcome = engine.Run(batch, mode, _watch);
            double measuredMs = _watch.End(outcome.HelpersCpuNs);
            if (learn && outcome.Provenance.IsWhole) costs.Observe(shape, measuredMs);
            return new CostedBatch(outcome, predictedMs, measuredMs);
        }
        finally
        {
            _watch.Leave();
        }
    }

    /// <summary>Before a sink: the clock stands while the sink has rows, and the next run may begin when it has the last of them.</summary>
    private sealed class StoppedWatch(CostClock clock, DeviceTurn turn) : IRowSink
    {
        private IRowSink _sink = DiscardedRows.Instance;
        private long _began; // later than it was by as much as the sink took
        private int _left;
        private bool _hasTurn;

        public void Begin(IRowSink sink, int rows)
        {
            _sink = sink;
            _left = rows;
            turn.Take();
            _hasTurn = true;
            _began = clock.Now();
        }

        public double End(long helpersCpuNs) => clock.MillisecondsSince(_began, helpersCpuNs);

        public void Leave()
        {
            _sink = DiscardedRows.Instance;
            EndTurn();
        }

        public void Take(ReadOnlySpan<int> rows, ReadOnlySpan<float> logits, Provenance provenance)
        {
            long given = clock.Now();
            _left -= rows.Length;
            if (_left == 0) EndTurn();
            _sink.Take(rows, logits, provenance);
            _began += clock.Now() - given;
        }

        private void EndTurn()
        {
            if (!_hasTurn) return;
            _hasTurn = false;
            turn.End();
        }
    }
}

/// <summary>A batch that was run and measured.</summary>
/// <param name="Outcome">What it gave besides its rows.</param>
/// <param name="PredictedMs">What its thread's costs said before it ran.</param>
/// <param name="MeasuredMs">What it cost, above 0; see <see cref="CostClock"/>.</param>
internal readonly record struct CostedBatch(BatchOutcome Outcome, double PredictedMs, double MeasuredMs);

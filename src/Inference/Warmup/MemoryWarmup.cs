using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;
using Sluice.Inference.Students;

namespace Sluice.Inference.Warmup;

/// <summary>Before the first document, all inference threads run the heaviest batches that the budget allows, at once, in each
/// mode that may be used. So the memory of the peak is taken at the start, whichever mode it is of, as far as <see cref="HeaviestBatches"/>
/// are the peak.</summary>
/// <remarks>
/// <para>They are run alone first, in an arena that has given out as much as all other runs that there can be at once will need: how far
/// runs overlap is chance, and so it does not matter. Then all inference threads run, on their own threads and out of their own buffers:
/// attention's scratch belongs to a thread. The documents' ids are spread over the vocabulary, so that the embeddings, which are read from
/// the weights' file as they are needed, are in memory too. On a GPU, where no arena is shared and runs take turns, they take turns here
/// too: there must be memory for one run, and no more.</para>
/// <para>Thread-safe; used once: <see cref="Prepare"/>, then <see cref="Join"/> on all inference threads.</para>
/// </remarks>
internal sealed class MemoryWarmup : IDisposable
{
    private readonly IEngine _engine;
    private readonly Mode[] _modes;
    private readonly BatchBudget _budget;
    private readonly IReadOnlyList<(int Rows, int Length)> _batches;
    private readonly EngineOptions _options;
    private readonly DeviceTurn _turn;
    private readonly int _vocabulary, _threads, _runsAtOnce;
    private readonly Barrier _together;
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _joined;
    private volatile Exception? _failure;

    /// <param name="engine">What will serve.</param>
    /// <param name="modes">What batches may be run in, at least one; all loaded.</param>
    /// <param name="vocabulary">Token ids that the model has, at least 1.</param>
    /// <param name="budget">What one batch may hold.</param>
    /// <param name="threads">Threads that will call <see cref="Join"/>, each once. At least 1.</param>
    /// <param name="options">How the engine runs.</param>
    /// <param name="turn">The engine's.</param>
    public MemoryWarmup(IEngine engine, IReadOnlyCollection<Mode> modes, int vocabulary, BatchBudget budget, int threads,
        EngineOptions options, DeviceTurn turn)
    {
        ArgumentOutOfRangeException.ThrowIfZero(modes.Count);
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabulary, 1);
        (_engine, _vocabulary, _budget, _threads, _options, _turn) = (engine, vocabulary, budget, threads, options, turn);
        _batches = HeaviestBatches.Of(engine.Model.MaxTokens, budget);
        _modes = Mode.LargestOfEach(modes);
        _runsAtOnce = _modes.Max(mode => RunsAtOnce(mode.StudentCount, threads, options.IntraOpThreads, Environment.ProcessorCount));
        _together = new Barrier(threads);
    }

    /// <summary>
    /// Most runs of a graph that there can be at once: one for each inference thread, and those of helpers while not all have a batch.
    /// </summary>
    /// <param name="students">Students of a batch, or 0 where one graph is the whole model.</param>
    /// <param name="inferenceThreads">Inference threads that run batches at once, at least 1.</param>
    /// <param name="threads">Threads of one session.</param>
    /// <param name="cores">Cores of the machine.</param>
    public static int RunsAtOnce(int students, int inferenceThreads, int threads, int cores) => students < 2 ? inferenceThreads
        : int.Max(inferenceThreads, int.Min(inferenceThreads * students, HelperThreads.AtOnce(students, threads, cores)));

    /// <summary>Done when all inference threads are through.</summary>
    /// <remarks>Fails with an <see cref="ArenaLimitException"/> where the arena may not grow as far as the batches need, else with what
    /// failed; cancelled when it was stopped.</remarks>
    public Task Done => _done.Task;

    /// <summary>Runs the heaviest batches alone, on the calling thread, and takes the arena's memory for all runs that there can be at
    /// once.</summary>
    /// <remarks>Call it before anything else runs in the process's arena, the warm-up of costs too: the arena tells the most that was ever
    /// in use, and what came before would pass for what one run needs: too much, never too little.</remarks>
    /// <exception cref="ArenaLimitException">The arena may not grow as far as the batches need.</exception>
    /// <exception cref="StudentWarmupException">A student after the first failed; it is named.</exception>
    /// <exception cref="Microsoft.ML.OnnxRuntime.OnnxRuntimeException">ONNX Runtime failed otherwise.</exception>
    public void Prepare() => ArenaLimit.Within(_options, () =>
    {
        using PackedBatch<int> batch = new(_budget);
        OnnxEnvironment.RunBeside(_runsAtOnce - 1, () =>
        {
            foreach (Mode mode in _modes)
            {
                for (int next = 0; next < _batches.Count; next++) Run(batch, next, 0, FirstAlone(mode));
            }
        });
        if (ArenaLimit.Refusal(_options, OnnxEnvironment.ArenaBytes) is { } refusal) throw refusal;
        // Students run side by side here, so that the helpers' threads get their memory too.
        foreach (Mode mode in _modes) Run(batch, 0, 0, mode);
        return true;
    });

    /// <summary>Takes part on the calling thread, and returns when all are through. False when it failed for anyone, as <see cref="Done"/>
    /// tells.</summary>
    /// <param name="batch">The inference thread's own, as large as the budget; left empty.</param>
    /// <param name="stop">Ends the wait for the others, who may never come.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public bool Join<T>(PackedBatch<T> batch, CancellationToken stop)
    {
        try
        {
            int place = Interlocked.Increment(ref _joined) - 1;
            _together.SignalAndWait(stop);
            foreach (Mode mode in _modes)
            {
                for (int next = 0; next < _batches.Count; next++)
                {
                    Try(() => Run(batch, next, place, mode));
                    _together.SignalAndWait(stop);
                }
            }

            if (place == 0) Tell();
            return _failure is null;
        }
        catch (OperationCanceledException)
        {
            _done.TrySetCanceled(stop);
            throw;
        }
    }

    public void Dispose() => _together.Dispose();

    // Of a group the first student: students are of one shape, and what there can be at once is counted in runs of a student.
    private static Mode FirstAlone(Mode mode) => mode.Kind switch
    {
        ModeKind.Students => Mode.Students(1, mode.Precision),
        ModeKind.Teacher or ModeKind.Swift => mode,
        _ => throw new UnreachableException($"Mode {mode.Kind} is not warmed. This is a bug."),
    };

    private void Run<T>(PackedBatch<T> batch, int next, int place, Mode mode)
    {
        Fill(batch, _batches[next], (next * _threads) + place);
        BatchOutcome outcome = RunInTurn(batch.Tensors, mode);
        batch.Clear();
        // Who is late has had its memory, and that it was late is told in the log; who fails would fail in each batch to come.
        if (outcome.Missing is not (null or TimeoutException)) throw Missing(outcome);
    }

    private BatchOutcome RunInTurn(PackedTensors batch, Mode mode)
    {
        _turn.Take();
        try
        {
            return _engine.Run(batch, mode, DiscardedRows.Instance);
        }
        finally
        {
            _turn.End();
        }
    }

    private Exception Missing(BatchOutcome outcome) => ArenaLimit.Refuses(_options, outcome.Missing!) ? outcome.Missing!
        : new StudentWarmupException(
            $"Student {outcome.Provenance.StudentsUsed + 1} of {outcome.Provenance.Mode.StudentCount} fails before the first document: "
                + outcome.Missing!.Message,
            outcome.Missing);

    private void Fill<T>(PackedBatch<T> batch, (int Rows, int Length) shape, int part)
    {
        batch.Clear();
        Span<int> ids = new int[shape.Length];
        for (int row = 0; row < shape.Rows; row++)
        {
            for (int place = 0; place < ids.Length; place++) ids[place] = VocabularySweep.Of(_vocabulary, (row * ids.Length) + place,
                shape.Rows * ids.Length, part, _threads * _batches.Count);
            if (!batch.TryAdd(default!, ids))
            {
                throw new UnreachableException(
                    $"A batch of {_budget} does not hold {shape.Rows} documents of {shape.Length} tokens; this is a bug.");
            }
        }

        batch.Seal();
    }

    [SuppressMessage("Design", "CA1031",
        Justification = "Whatever it is, the other inference threads must not wait for this one for ever; Done tells it.")]
    private void Try(Action part)
    {
        if (_failure is not null) return;
        try
        {
            part();
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, e, null);
        }
    }

    private void Tell()
    {
        if (_failure is null) _done.TrySetResult();
        else _done.TrySetException(ArenaLimit.Refuses(_options, _failure) ? ArenaLimit.Explain(_options, _failure) : _failure);
    }
}

/// <summary>A student of a group fails before the first document, so it would in each batch to come; the message names it.</summary>
internal sealed class StudentWarmupException(string message, Exception cause) : Exception(message, cause);

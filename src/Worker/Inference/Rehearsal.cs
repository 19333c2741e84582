using System.Diagnostics.CodeAnalysis;
using Sluice.Worker.Batching;
using Sluice.Worker.Onnx;

namespace Sluice.Worker.Inference;

/// <summary>Before the first document, all callers run the heaviest batches that the budget allows, at once. So the memory of the peak is taken at the start, and nothing grows later.</summary>
/// <remarks>
/// <para>One run alone shows what a run needs; as much is taken for as many runs as there can be at once, in one piece, so that activations of all sizes find room in it whatever came before. Then all callers
/// run, on their own threads and out of their own buffers: attention's scratch belongs to a thread. The documents' ids are spread over the vocabulary, so that the embeddings, which are read from the
/// weights' file as they are needed, are in memory too.</para>
/// <para>Thread-safe; used once.</para>
/// </remarks>
internal sealed class Rehearsal : IDisposable
{
    private readonly IEngine _engine;
    private readonly BatchBudget _budget;
    private readonly IReadOnlyList<int[]> _batches;
    private readonly EngineOptions _options;
    private readonly int _vocabulary, _callers, _runsAtOnce;
    private readonly Barrier _together;
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _joined;
    private volatile Exception? _failure;

    /// <param name="engine">What will serve.</param>
    /// <param name="vocabulary">Token ids that the model has, at least 1.</param>
    /// <param name="budget">What one batch may hold.</param>
    /// <param name="callers">Threads that will call <see cref="Join"/>, each once. At least 1.</param>
    /// <param name="options">How the engine runs.</param>
    public Rehearsal(IEngine engine, int vocabulary, BatchBudget budget, int callers, EngineOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabulary, 1);
        (_engine, _vocabulary, _budget, _callers, _options) = (engine, vocabulary, budget, callers, options);
        _batches = HeaviestBatches.Of(engine.Model.MaxTokens, budget);
        _runsAtOnce = Engines.RunsAtOnce(engine.Mode.StudentCount, callers, options.IntraOpThreads, Environment.ProcessorCount);
        _together = new Barrier(callers);
    }

    /// <summary>Done when all callers are through.</summary>
    /// <remarks>Fails with an <see cref="Microsoft.Extensions.Options.OptionsValidationException"/> where the arena may not grow as far as the batches need, else with what failed.</remarks>
    public Task Done => _done.Task;

    /// <summary>Takes part on the calling thread, and returns when all are through. False when it failed for anyone, as <see cref="Done"/> tells.</summary>
    /// <param name="batch">The caller's own, as large as the budget; left empty.</param>
    /// <param name="logits">The caller's own, of MaxRows x labels.</param>
    public bool Join<T>(PackedBatch<T> batch, float[] logits)
    {
        int place = Interlocked.Increment(ref _joined) - 1;
        if (place == 0) Try(() => Lead(batch, logits));
        _together.SignalAndWait();
        for (int next = 0; next < _batches.Count; next++)
        {
            int part = (next * _callers) + place;
            Try(() => Run(batch, _batches[part / _callers], part, logits));
            _together.SignalAndWait();
        }

        if (place == 0) Tell();
        return _failure is null;
    }

    public void Dispose() => _together.Dispose();

    private void Lead<T>(PackedBatch<T> batch, float[] logits)
    {
        OrtArena? arena = OrtEnvironment.Arena;
        long weights = arena?.Read().InUse ?? 0;
        foreach (int[] lengths in _batches) RunAlone(batch, lengths, logits);
        if (arena is not null)
        {
            long run = arena.Read().MaxInUse - weights;
            if (ArenaLimit.Refusal(_options.ArenaMaxBytes, weights, run, _runsAtOnce, _budget) is { } refusal) throw ArenaLimit.Refused(refusal);
            arena.Prepare(long.Max(1, _runsAtOnce * run));
        }

        Run(batch, _batches[0], 0, logits); // students run side by side here, so that the helpers' threads get their memory too
    }

    private void RunAlone<T>(PackedBatch<T> batch, int[] lengths, float[] logits)
    {
        Fill(batch, lengths, 0);
        Span<float> rows = Rows(batch, logits);
        if (_engine is StudentGroupEngine group) group.Run(batch.Tensors, 1, rows);
        else _engine.Run(batch.Tensors, rows);
        batch.Clear();
    }

    private void Run<T>(PackedBatch<T> batch, int[] lengths, int part, float[] logits)
    {
        Fill(batch, lengths, part);
        _engine.Run(batch.Tensors, Rows(batch, logits));
        batch.Clear();
    }

    private Span<float> Rows<T>(PackedBatch<T> batch, float[] logits) => logits.AsSpan(0, batch.Rows * _engine.Model.Labels.Count);

    // Ids in even steps through the vocabulary; each part begins elsewhere in the first step.
    private void Fill<T>(PackedBatch<T> batch, int[] lengths, int part)
    {
        batch.Clear();
        double step = (double)_vocabulary / lengths.Sum(), id = step * part / (_callers * _batches.Count);
        int[] ids = new int[lengths[0]];
        foreach (int length in lengths)
        {
            for (int place = 0; place < length; place++, id += step) ids[place] = int.Min((int)id, _vocabulary - 1);
            batch.TryAdd(default!, ids.AsSpan(0, length));
        }

        batch.Seal();
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever it is, the other callers must not wait for this one for ever; Done tells it.")]
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
        if (_failure is null) _done.SetResult();
        else if (_failure is OrtException failure && _options.ArenaMaxBytes > 0) _done.SetException(ArenaLimit.Explain(_options, failure));
        else _done.SetException(_failure);
    }
}

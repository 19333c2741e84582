using Microsoft.ML.OnnxRuntime;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;

namespace Sluice.Inference.Students;

/// <summary>Labels batches by the first students of a group, run side by side over one set of feeds (Academus, arXiv 2408.12526;
/// docs/students.md).</summary>
/// <remarks>
/// <para>The caller's thread takes students one after another; helpers take others at the same time while there are cores that no caller
/// uses. So one batch at a time gets its students in parallel, and under load, when each core has a batch of its own, they run in sequence
/// and nothing is lost to switching.</para>
/// <para>Features are summed in the order of the students, so a result has the same bits whoever was done first. A student that fails or is
/// late leaves the longest complete prefix, whose head labels the batch, and the provenance says how many took part.</para>
/// <para>Thread-safe. Memory for a run is kept and used again; in steady state a run allocates what the sessions of its students and of the
/// head do.</para>
/// </remarks>
internal sealed class StudentGroupEngine : IEngine
{
    /// <summary>How it runs them, as the log says it.</summary>
    public const string Strategy = "in a session each";

    private readonly HelperThreads _helpers;
    private readonly Action<DegradedBatch>? _degraded;
    private readonly RunPool _runs;
    private readonly Mode[] _modes;
    private readonly int _maxPositions;

    /// <param name="group">Loaded graphs; disposed with the engine.</param>
    /// <param name="maxPositions">Positions that the students have.</param>
    /// <param name="helpers">Threads that help; disposed with the engine.</param>
    /// <param name="degraded">Is told of batches that fewer students answered than were asked; null where nobody is.</param>
    /// <param name="time">The clock by which a student is late; null is the system's.</param>
    /// <param name="student">Runs a student; null runs it as it is.</param>
    public StudentGroupEngine(StudentGroup group, int maxPositions, HelperThreads helpers,
        Action<DegradedBatch>? degraded = null, TimeProvider? time = null, StudentCall? student = null)
    {
        (Group, _helpers, _maxPositions, _degraded) = (group, helpers, maxPositions, degraded);
        _modes = [.. Enumerable.Range(1, group.Count).Select(students => Mode.Students(students, group.Precision))];
        unsafe
        {
            student ??= group.Run;
        }

        _runs = new RunPool(() => new GroupRun(group.Count, group.Width, student, time ?? TimeProvider.System));
    }

    /// <summary>The graphs that it runs.</summary>
    public StudentGroup Group { get; }

    public ModelIdentity Model => Group.Model;

    public IReadOnlyList<Mode> Modes => _modes;

    public string CostNameOf(Mode mode) => mode.Name;

    /// <inheritdoc/>
    /// <exception cref="OnnxRuntimeException">The first student failed, so no prefix is complete.</exception>
    public unsafe BatchOutcome Run(PackedTensors batch, Mode mode, IRowSink sink)
    {
        int rows = batch.Rows, labels = Model.Labels.Count, count = mode.StudentCount;
        if (count < 1 || count > _modes.Length || mode != _modes[count - 1]) throw mode.NotLoaded(_modes);
        if (batch.MaxLength > _maxPositions)
        {
            throw new ArgumentException($"A document has {batch.MaxLength} tokens but the students have {_maxPositions} positions; "
                + $"truncate it to the model's {Model.MaxTokens}.", nameof(batch));
        }

        using WholeBatch whole = new(rows, labels);
        GroupRun run = _runs.Take();
        BatchOutcome outcome;
        try
        {
            int complete;
            fixed (int* ids = batch.Ids, positions = batch.Positions, gather = batch.Gather, scatter = batch.Scatter,
                lengths = batch.Lengths, cls = batch.Cls)
                complete = run.Features(new PackedPointers(ids, positions, gather, scatter, lengths, cls, batch.Tokens, rows,
                    batch.MaxLength), count, _helpers);
            ReadOnlySpan<float> sum = run.Sum(complete, rows);
            fixed (float* features = sum, output = whole.Logits)
                Group.Head(complete).Run([Tensor.Of(features, rows, Group.Width)], [Tensor.Of(output, rows, labels)]);
            Exception? missing = complete < count ? run.FailureOf(complete + 1) : null;
            if (missing is not null) _degraded?.Invoke(new DegradedBatch(rows, batch.Tokens, count, complete, missing));
            outcome = new BatchOutcome(new Provenance(mode, StudentsUsed: complete), run.HelpersCpuNs, missing);
        }
        finally
        {
            _runs.GiveBack(run);
        }

        whole.Give(sink, outcome.Provenance);
        return outcome;
    }

    public void Dispose()
    {
        _runs.Dispose();
        _helpers.Dispose();
        Group.Dispose();
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.ExceptionServices;
using Microsoft.ML.OnnxRuntime;
using Sluice.Inference.Engines;
using Sluice.Inference.Machine;
using Sluice.Inference.Modes;

namespace Sluice.Inference.Students;

/// <summary>
/// One batch on its way through a group: who runs which student, their features, and which of them came through. Used again for the next
/// batch.
/// </summary>
/// <remarks>One caller at a time; while it runs, helpers take students too, each student once. The caller takes the first itself, so a
/// helper can only delay the others.</remarks>
internal sealed unsafe class GroupRun : IDisposable
{
    /// <summary>
    /// A student that takes so many times as long as the slowest of the others is late. Students of a group are of one shape, so this is a
    /// stalled core, not a slow model.
    /// </summary>
    public const double LateAfter = 4;

    /// <summary>Waiting for less is not worth another label: a busy machine takes a core away for tenths of a second.</summary>
    public static readonly TimeSpan ShortestTimeout = TimeSpan.FromSeconds(1);

    private readonly StudentCall _student;
    private readonly int _width;
    private readonly TimeProvider _time;
    private readonly RunOptions _options = new();
    private readonly ManualResetEventSlim _allDone = new();
    private readonly StudentDispenser _shares = new();
    private readonly StragglerTimeout _straggler;
    private readonly Exception?[] _failures;
    private float[] _features = [];
    private PackedPointers _batch;
    private int _open;
    private long _slowest, _helpersCpuNs;
    private volatile bool _late;

    /// <param name="students">Most students that a batch will want.</param>
    /// <param name="width">Values in the vector that a student makes of a document.</param>
    /// <param name="student">Runs one of them.</param>
    /// <param name="time">The clock by which a student is late.</param>
    public GroupRun(int students, int width, StudentCall student, TimeProvider time)
    {
        (_student, _width, _time, _failures) = (student, width, time, new Exception?[students]);
        _straggler = new StragglerTimeout(time, EndLate);
    }

    /// <summary>Nanoseconds of CPU that helpers spent on the last batch.</summary>
    public long HelpersCpuNs => Interlocked.Read(ref _helpersCpuNs);

    /// <summary>Runs students 1..count and waits for them.</summary>
    /// <param name="batch">Pinned until the return.</param>
    /// <param name="count">Students, at least 1.</param>
    /// <param name="helpers">Who helps.</param>
    /// <returns>The longest prefix of which every student came through, at least 1.</returns>
    /// <exception cref="OnnxRuntimeException">Not even the first did: what it failed with.</exception>
    public int Features(PackedPointers batch, int count, HelperThreads helpers)
    {
        int needed = count * batch.Rows * _width;
        if (_features.Length < needed)
        {
            int room = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)needed);
            _features = GC.AllocateUninitializedArray<float>(room, pinned: true);
        }

        (_batch, _open, _slowest, _helpersCpuNs, _late) = (batch, count, 0, 0, false);
        Array.Clear(_failures);
        _allDone.Reset();
        int number = _shares.Begin();
        using (helpers.Enter(this, number, count, wanted: count - 1))
        {
            Run(1);
            while (_shares.TryTake(number, count, out int student)) Run(student);
        }

        Await();
        int complete = Array.FindIndex(_failures, 0, count, static failure => failure is not null);
        if (complete == 0) ExceptionDispatchInfo.Throw(_failures[0]!);
        return complete < 0 ? count : complete;
    }

    /// <summary>Takes students of a batch until none is left; none if the batch is over. Called by helpers; throws nothing.</summary>
    /// <param name="batch">The batch's number.</param>
    /// <param name="count">Its students.</param>
    public void Help(int batch, int count)
    {
        while (_shares.TryTake(batch, count, out int student)) Run(student, asHelper: true);
    }

    /// <summary>Why a student of the last batch did not come through; null when it did.</summary>
    public Exception? FailureOf(int student) => _failures[student - 1];

    /// <summary>The features of the first students, added in their order.</summary>
    /// <returns>[rows, H], pinned; valid until the next batch.</returns>
    public ReadOnlySpan<float> Sum(int complete, int rows)
    {
        int size = rows * _width;
        Span<float> sum = _features.AsSpan(0, size);
        for (int student = 1; student < complete; student++) Scores.Add(_features.AsSpan(student * size, size), sum);
        return sum;
    }

    public void Dispose()
    {
        _straggler.Dispose();
        _options.Dispose();
        _allDone.Dispose();
    }

    [SuppressMessage("Design", "CA1031",
        Justification = "A student that fails, however it does, leaves the prefix before it; Features throws the first one's failure.")]
    private void Run(int student, bool asHelper = false)
    {
        long began = _time.GetTimestamp(), cpu = asHelper ? ThreadCpuClock.Now() : 0;
        try
        {
            fixed (float* output = &_features[(student - 1) * _batch.Rows * _width]) _student(student, _batch, output, _options);
        }
        catch (Exception e)
        {
            _failures[student - 1] = _late
                ? new TimeoutException(string.Create(CultureInfo.InvariantCulture,
                    $"it was not done {_time.GetElapsedTime(began).TotalSeconds:0.0} s after it began, and was ended"), e) : e;
        }

        if (asHelper) Interlocked.Add(ref _helpersCpuNs, ThreadCpuClock.Now() - cpu);
        InterlockedMax(ref _slowest, _time.GetTimestamp() - began);
        if (Interlocked.Decrement(ref _open) == 0) _allDone.Set(); // the last touch: the run may be given its next batch
    }

    // The caller has no student left to take; helpers may still be at theirs. One that is late is told to end, and does so at its next
    // operator.
    private void Await()
    {
        if (_allDone.IsSet) return;
        TimeSpan timeout = LateAfter * _time.GetElapsedTime(0, Interlocked.Read(ref _slowest));
        _straggler.Begin(timeout > ShortestTimeout ? timeout : ShortestTimeout);
        _allDone.Wait();
        _straggler.End();
        if (_late) _options.Terminate = false;
    }

    private void EndLate()
    {
        _late = true;
        _options.Terminate = true;
    }

    private static void InterlockedMax(ref long target, long value)
    {
        for (long seen = Interlocked.Read(ref target); value > seen;)
        {
            long before = Interlocked.CompareExchange(ref target, value, seen);
            if (before == seen) return;
            seen = before;
        }
    }
}

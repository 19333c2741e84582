using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Sluice.Worker.Inference.Math;
using Sluice.Worker.Onnx;

namespace Sluice.Worker.Inference;

/// <summary>One batch on its way through a group: who runs which student, their features, and which of them came through. Used again for the next batch.</summary>
/// <remarks>One caller at a time; while it runs, helpers take students too, each student once.</remarks>
internal sealed unsafe class GroupRun : IDisposable
{
    /// <summary>A student that takes so many times as long as the slowest of the others is late. Students of a group are of one shape, so this is a stalled core, not a slow model.</summary>
    private const double LateAfter = 4;

    /// <summary>Waiting for less is not worth another label: a busy machine takes a core away for tenths of a second.</summary>
    private static readonly TimeSpan ShortestPatience = TimeSpan.FromSeconds(1);

    private readonly StudentGroup _group;
    private readonly OrtRunOptions _options = new();
    private readonly ManualResetEventSlim _allDone = new();
    private readonly Exception?[] _failures;
    private float[] _features = [];
    private PackedPointers _batch;
    private int _count, _next, _open;
    private long _slowest;

    public GroupRun(StudentGroup group)
    {
        _group = group;
        _failures = new Exception?[group.Count];
    }

    /// <summary>Runs students 1..count and waits for them.</summary>
    /// <param name="batch">Pinned until the return.</param>
    /// <param name="count">Students, at least 1.</param>
    /// <param name="helpers">Who helps.</param>
    /// <returns>The longest prefix of which every student came through, at least 1.</returns>
    /// <exception cref="OrtException">Not even the first did: what it failed with.</exception>
    public int Features(PackedPointers batch, int count, SideBySide helpers)
    {
        int needed = count * batch.Rows * _group.Width;
        if (_features.Length < needed) _features = GC.AllocateUninitializedArray<float>((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)needed), pinned: true);
        (_batch, _count, _next, _open, _slowest) = (batch, count, 0, count, 0);
        Array.Clear(_failures);
        _allDone.Reset();
        using (helpers.Enter(this, count - 1))
        {
            Help();
            Await();
        }

        _options.Resume();
        int complete = Array.FindIndex(_failures, 0, count, failure => failure is not null);
        if (complete == 0) ExceptionDispatchInfo.Throw(_failures[0]!);
        return complete < 0 ? count : complete;
    }

    /// <summary>Takes students until none is left. Called by the batch's caller and by helpers; throws nothing.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "A student that fails, however it does, leaves the prefix before it; the first one's failure is thrown by Features.")]
    public void Help()
    {
        for (int student; (student = Interlocked.Increment(ref _next)) <= _count;)
        {
            long began = Stopwatch.GetTimestamp();
            try
            {
                fixed (float* output = &_features[(student - 1) * _batch.Rows * _group.Width])
                    _batch.Feed(_group.Student(student), output, _group.Width, _options);
            }
            catch (Exception e)
            {
                _failures[student - 1] = e;
            }

            InterlockedMax(ref _slowest, Stopwatch.GetTimestamp() - began);
            if (Interlocked.Decrement(ref _open) == 0) _allDone.Set();
        }
    }

    /// <summary>The features of the first students, added in their order.</summary>
    /// <returns>[rows, H], pinned; valid until the next batch.</returns>
    public ReadOnlySpan<float> Sum(int complete, int rows)
    {
        int size = rows * _group.Width;
        Span<float> sum = _features.AsSpan(0, size);
        for (int student = 1; student < complete; student++) Scores.Add(_features.AsSpan(student * size, size), sum);
        return sum;
    }

    public void Dispose()
    {
        _options.Dispose();
        _allDone.Dispose();
    }

    // The caller has no student left to take; helpers may still be at theirs. One that is late is told to end, and does so at its next operator.
    private void Await()
    {
        TimeSpan patience = TimeSpan.FromTicks((long)(LateAfter * Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _slowest)).Ticks));
        if (_allDone.Wait(patience > ShortestPatience ? patience : ShortestPatience)) return;
        _options.Terminate();
        _allDone.Wait();
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

using System.Diagnostics;
using Benchmarks.Batching;

namespace Benchmarks.Gpu;

/// <summary>Threads that stand from construction to <see cref="Dispose"/>, as a worker's inference threads do.</summary>
/// <remarks>CUDA's provider keeps a cuBLAS handle, and plans of shapes, for each thread that has run a session: threads that were made for
/// each measurement would pay for them in each.</remarks>
internal sealed class StandingThreads : IDisposable
{
    private readonly Barrier _gate; // closed between two things to do
    private readonly Thread[] _threads;
    private Action<int>? _body; // null is the end
    private Exception? _failure;

    /// <param name="count">At least 1.</param>
    public StandingThreads(int count)
    {
        _gate = new Barrier(count + 1);
        _threads = [.. Enumerable.Range(0, count).Select(number => new Thread(() => Work(number)) { IsBackground = true })];
        foreach (Thread thread in _threads) thread.Start();
    }

    /// <summary>Lets all of them do one thing.</summary>
    /// <returns>Seconds until the last is done. What one of them threw is thrown.</returns>
    public double Run(Action<int> body)
    {
        (_body, _failure) = (body, null);
        _gate.SignalAndWait();
        long began = Stopwatch.GetTimestamp();
        _gate.SignalAndWait();
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return _failure is null ? seconds : throw new InvalidOperationException("A thread of the benchmark failed.", _failure);
    }

    /// <summary>Runs a list of batches, each thread taking the next.</summary>
    /// <returns>Documents a second.</returns>
    public double Clear(IServedModel model, int[][][] batches)
    {
        int next = -1;
        double seconds = Run(_ =>
        {
            for (int batch; (batch = Interlocked.Increment(ref next)) < batches.Length;) model.Run(batches[batch]);
        });
        return batches.Sum(batch => batch.Length) / seconds;
    }

    public void Dispose()
    {
        _body = null;
        _gate.SignalAndWait();
        foreach (Thread thread in _threads) thread.Join();
        _gate.Dispose();
    }

    private void Work(int number)
    {
        while (true)
        {
            _gate.SignalAndWait();
            if (_body is not { } body) return;
            try
            {
                body(number);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref _failure, e, null);
            }

            _gate.SignalAndWait();
        }
    }
}

using System.Collections.Concurrent;

namespace Sluice.Worker.Documents.Registry;

/// <summary>Values by key, each fetched once however many threads ask, and kept. Thread-safe.</summary>
/// <remarks>
/// A value is kept until who asked for it says that it is no longer needed. A fetch belongs to no caller: one that gives up stops waiting,
/// the others still get the value. What fails is forgotten at once, so the next caller tries again, unless <c>keepFailure</c> names a time
/// for which the failure is the answer.
/// </remarks>
/// <param name="fetch">Gets the value of a key; its token ends with the owner.</param>
/// <param name="keepFailure">How long a failure stands.</param>
/// <param name="time">Ages failures.</param>
/// <param name="owner">Ends all fetches.</param>
internal sealed class SingleFlight<TKey,
    TValue>(Func<TKey, CancellationToken, Task<TValue>> fetch, Func<Exception, FailureLifetime> keepFailure, TimeProvider time,
        CancellationToken owner)
    where TKey : notnull
{
    /// <summary>Most failures kept; beyond it they are all forgotten, so that made-up keys cannot fill the memory.</summary>
    public const int MostFailures = 4096;

    private readonly ConcurrentDictionary<TKey, Flight> _flights = new();
    private int _failures;

    /// <summary>The value of a key. Allocates nothing once it is there.</summary>
    public Task<TValue> GetAsync(TKey key, CancellationToken cancellation)
    {
        while (true)
        {
            Flight flight = _flights.GetOrAdd(key, static (wanted, self) => new Flight(() => self.FetchAsync(wanted)), this);
            Task<TValue> task = flight.Task;
            if (task.IsCompletedSuccessfully)
                return task;
            if (flight.Failure is { } failure && time.GetElapsedTime(failure.Since) >= failure.Lifetime.For)
            {
                End(key, flight, failure.Lifetime);
                continue;
            }

            return task.IsCompleted ? task : flight.Meanwhile ?? task.WaitAsync(cancellation);
        }
    }

    /// <summary>A value is no longer needed here: who asks for it from now on has it fetched again.</summary>
    public void Forget(TKey key)
    {
        if (_flights.TryGetValue(key, out Flight? flight) && flight.Task.IsCompletedSuccessfully)
            _flights.TryRemove(KeyValuePair.Create(key, flight));
    }

    // Apart from the above, which would allocate what is captured here.
    private void End(TKey key, Flight failed, FailureLifetime lifetime)
    {
        bool isOver = lifetime.StandsMeanwhile
            ? _flights.TryUpdate(key, new Flight(() => FetchAsync(key), meanwhile: failed.Task), failed)
            : _flights.TryRemove(KeyValuePair.Create(key, failed));
        if (isOver) Interlocked.Decrement(ref _failures);
    }

    private async Task<TValue> FetchAsync(TKey key)
    {
        try
        {
            return await fetch(key, owner);
        }
        catch (Exception failure)
        {
            Settle(key, keepFailure(failure));
            throw;
        }
    }

    // The flight is in the dictionary by now: its task is made there, and only then can it run.
    private void Settle(TKey key, FailureLifetime lifetime)
    {
        if (!_flights.TryGetValue(key, out Flight? flight))
            return;
        if (lifetime.For <= TimeSpan.Zero)
        {
            _flights.TryRemove(KeyValuePair.Create(key, flight));
            return;
        }

        flight.Failure = new Kept(time.GetTimestamp(), lifetime);
        if (Interlocked.Increment(ref _failures) > MostFailures)
            ForgetFailures();
    }

    private void ForgetFailures()
    {
        foreach (KeyValuePair<TKey, Flight> entry in _flights)
        {
            if (entry.Value.Failure is not null && _flights.TryRemove(entry))
                Interlocked.Decrement(ref _failures);
        }
    }

    /// <summary>One fetch, begun by whoever asks for its task first.</summary>
    private sealed class Flight(Func<Task<TValue>> start, Task<TValue>? meanwhile = null)
    {
        private readonly Lazy<Task<TValue>> _task = new(start);
        private volatile Kept? _failure;

        public Task<TValue> Task => _task.Value;

        /// <summary>What callers get until this one has ended; null where they wait for it.</summary>
        public Task<TValue>? Meanwhile => meanwhile;

        /// <summary>Set before the task fails, when the failure is to stand for a while.</summary>
        public Kept? Failure
        {
            get => _failure;
            set => _failure = value;
        }
    }

    private sealed record Kept(long Since, FailureLifetime Lifetime);
}

/// <summary>How long a failure is the answer.</summary>
/// <param name="For">Zero or less for not at all.</param>
/// <param name="StandsMeanwhile">Whether it stays the answer while the next caller's fetch is under way, so that nobody waits for
/// that.</param>
internal readonly record struct FailureLifetime(TimeSpan For, bool StandsMeanwhile = false);

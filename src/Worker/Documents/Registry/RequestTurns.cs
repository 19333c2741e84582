using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Polly.Timeout;

namespace Sluice.Worker.Documents.Registry;

/// <summary>Lets a few attempts at a time be made: thousands of ids that somebody made up wait for their turn. Thread-safe.</summary>
/// <remarks>Paths whose last attempt ran out of time share half of these turns, so that what hangs does not hold up what is asked for
/// first.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "Without its wait handle a semaphore holds nothing to dispose of.")]
internal sealed class RequestTurns
{
    /// <summary>Attempts that are made at one time; each has a connection.</summary>
    public const int MostAtOnce = 8;

    private const int MostSlow = 4096; // beyond it they are forgotten, so that made-up ones cannot fill the memory

    private readonly SemaphoreSlim _turns = new(MostAtOnce), _slowTurns = new(MostAtOnce / 2);
    private readonly ConcurrentDictionary<string, bool> _slow = new(); // paths that ran out of time

    /// <summary>Makes an attempt when its turn comes.</summary>
    /// <param name="path">What is asked for.</param>
    /// <param name="attempt">Ends within a time of its own.</param>
    /// <param name="cancellation">Ends the waiting for the turn.</param>
    public async Task<RegistryAnswer> TakeAsync(string path, Func<Task<RegistryAnswer>> attempt, CancellationToken cancellation)
    {
        if (!_slow.ContainsKey(path)) return await TakeOneAsync(path, attempt, cancellation);
        await _slowTurns.WaitAsync(cancellation);
        try
        {
            return await TakeOneAsync(path, attempt, cancellation);
        }
        finally
        {
            _slowTurns.Release();
        }
    }

    private async Task<RegistryAnswer> TakeOneAsync(string path, Func<Task<RegistryAnswer>> attempt, CancellationToken cancellation)
    {
        await _turns.WaitAsync(cancellation);
        try
        {
            RegistryAnswer answer = await attempt();
            _slow.TryRemove(path, out _);
            return answer;
        }
        catch (TimeoutRejectedException)
        {
            if (_slow.Count >= MostSlow) _slow.Clear();
            _slow[path] = true;
            throw;
        }
        finally
        {
            _turns.Release();
        }
    }
}

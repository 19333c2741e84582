using System.Net;

namespace Sluice.Worker.Documents.Registry;

/// <summary>What the registry says of other ids than the one that is in question.</summary>
internal enum OthersAnswer
{
    /// <summary>It answers as one should.</summary>
    Given,

    /// <summary>It says of each that it gave before that it does not know it: it may have lost its store.</summary>
    Unknown,

    /// <summary>Nothing that could be believed: no answer, an error of its own, rights that are refused.</summary>
    Silent,
}

/// <summary>Whether the registry answers for other ids than the one that is in question: for those that it gave before. Thread-safe.
/// </summary>
/// <remarks>One that has lost its store, or the user's rights, may still know what is unknown, so that it says so is enough only before it
/// has given any. Of those that it gave the last few are kept: one or the other may have been deleted since. Where all were, for
/// <see cref="LongestUnknown"/>, they are forgotten: who waits for a registry's store must not wait for ever.</remarks>
/// <param name="http">Sends the requests.</param>
/// <param name="time">How long they are unknown.</param>
internal sealed class OtherIds(RegistryHttp http, TimeProvider time)
{
    /// <summary>Ids that are kept, and asked for at most.</summary>
    public const int Most = 8;

    /// <summary>So long the registry may know none of those that it gave before it is believed that they were deleted for good.</summary>
    public static readonly TimeSpan LongestUnknown = TimeSpan.FromMinutes(10);

    private const int MostSilent = 2; // so many that get no answer: nor would the others, each with its time

    private static readonly SchemaId NoId = 0; // an id that no registry gives

    private readonly Lock _gate = new();
    private volatile SchemaId[] _given = []; // the newest first
    private long _unknownSince;
    private long? _lastUnknown; // null where it gave one since

    /// <summary>Whether one of those that were given was named by a GUID.</summary>
    public bool HaveGuid => Array.Exists(_given, id => id.Guid is not null);

    /// <summary>The registry gave this one.</summary>
    public void Given(SchemaId id)
    {
        SchemaId[] before, after;
        do
        {
            before = _given;
            after = [id, .. before.Where(other => other != id).Take(Most - 1)];
        }
        while (Interlocked.CompareExchange(ref _given, after, before) != before);
    }

    /// <summary>Asks for those that the registry gave before or, where it has given none yet, for what nobody can know.</summary>
    /// <param name="inQuestion">The id that is not asked for.</param>
    /// <param name="isUnknown">Whether the registry says that it does not know that one, which is an answer: where it has given none yet
    /// it is enough.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async Task<OthersAnswer> AskAsync(SchemaId inQuestion, bool isUnknown, CancellationToken cancellation)
    {
        SchemaId[] given = _given;
        SchemaId[] others = [.. given.Where(id => id != inQuestion)];
        if (others.Length == 0)
            return isUnknown || await GetAsync(NoId, cancellation) is { IsUnknown: true } ? OthersAnswer.Given : OthersAnswer.Silent;
        int silent = 0;
        bool areUnknown = true;
        foreach (SchemaId id in others)
        {
            RegistryAnswer? answer = await GetAsync(id, cancellation);
            if (answer is { Status: HttpStatusCode.OK } && answer.Text("schema") is not null) return Given();
            areUnknown &= answer is { IsUnknown: true };
            if (answer is null && ++silent == MostSilent) break;
        }

        return areUnknown ? Unknown(given) : OthersAnswer.Silent;
    }

    private OthersAnswer Given()
    {
        lock (_gate) _lastUnknown = null;
        return OthersAnswer.Given;
    }

    private OthersAnswer Unknown(SchemaId[] given)
    {
        lock (_gate)
        {
            long now = time.GetTimestamp();
            // Whoever waits asks again within the longest grace: after more than that, nobody knows what was between.
            if (_lastUnknown is not { } last || time.GetElapsedTime(last, now) > 2 * LongestUnknown) _unknownSince = now;
            _lastUnknown = now;
            if (time.GetElapsedTime(_unknownSince, now) < LongestUnknown) return OthersAnswer.Unknown;
            _lastUnknown = null;
        }

        Interlocked.CompareExchange(ref _given, [], given);
        return OthersAnswer.Given;
    }

    private async Task<RegistryAnswer?> GetAsync(SchemaId id, CancellationToken cancellation)
    {
        try
        {
            return await http.SendAsync(HttpMethod.Get, id.Path, null, cancellation, isOnce: true);
        }
        catch (RegistryUnavailableException)
        {
            return null;
        }
    }
}

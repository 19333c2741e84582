using System.Net;

namespace Sluice.Worker.Documents.Registry;

/// <summary>Whether the registry answers for other ids than the one that is in question: for those that it gave before. Thread-safe.
/// </summary>
/// <remarks>One that has lost its store, or the user's rights, may still know what is unknown, so that it says so is enough only before it
/// has given any. Of those that it gave the last few are kept: one or the other may have been deleted since.</remarks>
internal sealed class OtherIds(RegistryHttp http)
{
    /// <summary>Ids that are kept, and asked for at most.</summary>
    public const int Most = 8;

    private const int MostSilent = 2; // so many that get no answer: nor would the others, each with its time

    private static readonly SchemaId NoId = 0; // an id that no registry gives

    private volatile SchemaId[] _given = []; // the newest first

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

    /// <summary>True when the registry answers as one should: it gives one of those that it gave before, or says that it does not know what
    /// nobody can where it has given none yet.</summary>
    public async Task<bool> AreAnsweredAsync(CancellationToken cancellation)
    {
        SchemaId[] given = _given;
        if (given.Length == 0) return await AskAsync(NoId, cancellation) is { IsUnknown: true };
        int silent = 0;
        foreach (SchemaId id in given)
        {
            RegistryAnswer? answer = await AskAsync(id, cancellation);
            if (answer is { Status: HttpStatusCode.OK } && answer.Text("schema") is not null) return true;
            if (answer is null && ++silent == MostSilent) return false;
        }

        return false;
    }

    /// <summary>The same for an id that the registry says it does not know, which is an answer: false only when it does not know those
    /// either that it gave before.</summary>
    public async Task<bool> AreKnownAsync(CancellationToken cancellation) =>
        _given.Length == 0 || await AreAnsweredAsync(cancellation);

    private async Task<RegistryAnswer?> AskAsync(SchemaId id, CancellationToken cancellation)
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

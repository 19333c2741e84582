using Sluice.Worker.Wording;

namespace Sluice.Worker.Documents.Registry;

/// <summary>The registry has no Avro schema under this id, or none that can be had of it: the document is at fault.</summary>
/// <param name="found">Why, in whole sentences.</param>
/// <param name="mayComeYet">The registry, or the replica that answered, may know it a moment later.</param>
/// <param name="wayOut">What to do about it; null where it may be of another registry.</param>
internal sealed class SchemaNotFoundException(string found, bool mayComeYet = false, WayOut? wayOut = null)
    : Exception(wayOut is null ? found : $"{found.TrimEnd('.')}; {wayOut.Words}.")
{
    /// <summary>The message without the way out.</summary>
    public string Found => found;

    public bool MayComeYet => mayComeYet;

    public WayOut? WayOut => wayOut;

    /// <summary>How often in a row this was found since no answer came; 0 where one came.</summary>
    public int TimesHung { get; init; }
}

/// <summary>The registry answers, but knows no schemas by GUID: older ones of Confluent's and most of others' do not.</summary>
internal sealed class GuidsNotServedException(string message) : Exception(message);

/// <summary>The registry cannot be asked, or its answer cannot be used: it may work later, so the caller waits and loses nothing.</summary>
internal class RegistryUnavailableException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>
/// Something answered, but refuses the one request, or with what no registry should say, or with too much. Whether that request or the
/// whole registry is at fault, another request shows.
/// </summary>
/// <param name="message">What was answered and what to do about it, where the whole registry is at fault.</param>
/// <param name="found">What was answered, in whole sentences.</param>
/// <param name="wayOut">What to do about it where the one request is at fault; null where there is nothing particular.</param>
/// <param name="requests">How often it was asked for, at least 1.</param>
/// <param name="cause">What came out of the client.</param>
/// <param name="mayPass">It says of itself that it may pass, or is no answer: 408, 429, 502 and above, a time that ran out, a connection
/// that broke off.</param>
/// <param name="noPath">It may mean that the registry has no such path.</param>
internal sealed class UnusableAnswerException(string message, string found, WayOut? wayOut = null, int requests = 1,
    Exception? cause = null, bool mayPass = false, bool noPath = false) : RegistryUnavailableException(message, cause)
{
    public string Found => found;

    public WayOut? WayOut => wayOut;

    public int Requests => requests;

    public bool MayPass => mayPass;

    public bool NoPath => noPath;

    /// <summary>Nothing came in time, so that asking again is dear.</summary>
    public bool Hangs { get; init; }
}

/// <summary>The registry answered and refuses what was asked (an incompatible schema, missing rights): it needs a person.</summary>
internal sealed class RegistryRefusedException(string message) : Exception(message);

namespace Sluice.Worker.Documents.Registry;

/// <summary>The registry has no Avro schema under this id, or none that can be had of it: the document is at fault.</summary>
/// <param name="message">Why, and the way out.</param>
/// <param name="mayComeYet">The registry, or the replica that answered, may know it a moment later.</param>
internal sealed class SchemaNotFoundException(string message, bool mayComeYet = false) : Exception(message)
{
    public bool MayComeYet => mayComeYet;
}

/// <summary>The registry answers, but knows no schemas by GUID: older ones of Confluent's and most of others' do not.</summary>
internal sealed class GuidsNotServedException(string message) : Exception(message);

/// <summary>The registry cannot be asked, or its answer cannot be used: it may work later, so the caller waits and loses nothing.</summary>
internal class RegistryUnavailableException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>
/// Something answered, but refuses the one request, or with what no registry should say, or with too much. Whether that request or the
/// whole registry is at fault, another request shows.
/// </summary>
/// <param name="message">What was answered.</param>
/// <param name="requests">How often it was asked for, at least 1.</param>
/// <param name="cause">What came out of the client.</param>
/// <param name="mayPass">It says of itself that it may pass, or is no answer: 408, 502 to 504, a time that ran out, a connection that broke
/// off.</param>
/// <param name="noPath">It may mean that the registry has no such path.</param>
internal sealed class UnusableAnswerException(string message, int requests = 1, Exception? cause = null, bool mayPass = false,
    bool noPath = false) : RegistryUnavailableException(message, cause)
{
    public int Requests => requests;

    public bool MayPass => mayPass;

    public bool NoPath => noPath;
}

/// <summary>The registry answered and refuses what was asked (an incompatible schema, missing rights): it needs a person.</summary>
internal sealed class RegistryRefusedException(string message) : Exception(message);

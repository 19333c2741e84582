namespace Sluice.Worker.Documents.Registry;

/// <summary>The registry knows no Avro schema under this id: asking again now does not help, so the document is at fault.</summary>
internal sealed class SchemaNotFoundException(int schemaId, string message) : Exception(message)
{
    /// <summary>The id that was asked for.</summary>
    public int SchemaId { get; } = schemaId;
}

/// <summary>The registry cannot be asked, or its answer cannot be used: it may work later, so the caller waits and loses nothing.</summary>
internal class RegistryUnavailableException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>
/// Something answered, but with what no registry should say, or with too much. Whether the one request or the whole registry is at fault,
/// another request shows.
/// </summary>
internal sealed class UnusableAnswerException(string message, Exception? cause = null) : RegistryUnavailableException(message, cause);

/// <summary>The registry answered and refuses what was asked (an incompatible schema, missing rights): it needs a person.</summary>
internal sealed class RegistryRefusedException(string message, int status, int errorCode) : Exception(message)
{
    /// <summary>HTTP status of the answer, 400..499.</summary>
    public int Status { get; } = status;

    /// <summary>The registry's own code, such as 42201 (invalid schema) or 409; 0 where the answer had none.</summary>
    public int ErrorCode { get; } = errorCode;
}

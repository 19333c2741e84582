namespace Sluice.Worker.Documents.Registry;

/// <summary>The registry knows no Avro schema under this id: asking again now does not help, so the document is at fault.</summary>
internal sealed class SchemaNotFoundException(string message) : Exception(message);

/// <summary>The registry cannot be asked, or its answer cannot be used: it may work later, so the caller waits and loses nothing.</summary>
internal class RegistryUnavailableException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>
/// Something answered, but with what no registry should say, or with too much. Whether the one request or the whole registry is at fault,
/// another request shows.
/// </summary>
internal sealed class UnusableAnswerException(string message, Exception? cause = null) : RegistryUnavailableException(message, cause);

/// <summary>The registry answered and refuses what was asked (an incompatible schema, missing rights): it needs a person.</summary>
internal sealed class RegistryRefusedException(string message) : Exception(message);

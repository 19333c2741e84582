namespace Sluice.Worker.Kafka;

/// <summary>The cluster is not what the worker needs: no broker answers, a topic is missing or cannot be made, no client can be made to
/// ask, or a pattern of input topics matches what the worker itself writes.</summary>
internal sealed class ClusterException(string message, Exception? cause = null) : Exception(message, cause);

namespace Sluice.Worker.Kafka;

/// <summary>The cluster is not what the worker needs at start: no broker answers, a topic is missing,
/// or no client can be made to ask.</summary>
internal sealed class ClusterException(string message) : Exception(message);

namespace Sluice.Worker.Kafka;

/// <summary>The cluster is not what the worker needs at start: no broker answers, or a topic is missing.</summary>
internal sealed class ClusterException(string message) : Exception(message);

namespace Sluice.Worker.Observability;

/// <summary>A metric as others see it. <c>docs/metrics.md</c> has the same, and a test compares: who reads metrics goes by it.</summary>
/// <param name="Name">With the prefix; a counter's ends with <c>_total</c>.</param>
/// <param name="Kind">What its values mean.</param>
/// <param name="Unit">Of its values: a base unit, what is counted, or <c>1</c>.</param>
/// <param name="Labels">Names of its labels, in order.</param>
/// <param name="Help">What it says, in a sentence without its full stop.</param>
internal sealed record MetricDefinition(string Name, MetricKind Kind, string Unit, IReadOnlyList<string> Labels, string Help);

/// <summary>What the values of a metric mean.</summary>
internal enum MetricKind
{
    /// <summary>What is, and may rise and fall.</summary>
    Gauge,

    /// <summary>What has been since the worker began, and only rises.</summary>
    Counter,

    /// <summary>How many were how large, since the worker began.</summary>
    Histogram,
}

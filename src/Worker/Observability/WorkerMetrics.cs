using Prometheus;
using Sluice.Worker.Configuration;

namespace Sluice.Worker.Observability;

/// <summary>What can be watched from outside: the one place of names, units, labels and buckets. <c>docs/metrics.md</c> has the same list.
/// </summary>
/// <remarks>What is counted anyway is read when somebody asks (<see cref="Read"/> gives where), so that a document costs nothing but its
/// latency, and that only where somebody can ask. The only user of the package prometheus-net, with <see cref="ReadMetric"/>.</remarks>
internal sealed partial class WorkerMetrics
{
    private const string Prefix = "sluice_";

    // The first of OpenTelemetry's for messaging, from 5 ms to 10 s, and more: in a backlog a document may wait for minutes.
    private static readonly double[] LatencyBuckets =
        [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60, 120, 300, 600, 1800, 3600];

    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly MetricFactory _factory;
    private readonly List<ReadMetric> _read = [];
    private readonly List<MetricDefinition> _all = [];
    private readonly Histogram? _latency;
    private readonly TimeProvider _time;

    public WorkerMetrics(MetricsOptions options, TimeProvider time)
    {
        _time = time;
        _factory = Metrics.WithCustomRegistry(_registry);
        (Build, Model) = (new OfBuild(this), new OfModel(this));
        (Lag, Modes) = (new OfLag(this), new OfModes(this));
        (Documents, Batches) = (new OfDocuments(this), new OfBatches(this));
        (Kafka, Clients) = (new OfKafka(this), new OfClients(this));
        MetricDefinition latency = Define("document_latency_seconds", MetricKind.Histogram, "seconds", [],
            "From a record's own time to the delivery of its label; of records that have a time");
        Histogram histogram = _factory.CreateHistogram(latency.Name, latency.Help,
            new HistogramConfiguration { Buckets = LatencyBuckets });
        _latency = options.IsOn ? histogram : null;
    }

    /// <summary>All there are, in the order of the list.</summary>
    public IReadOnlyList<MetricDefinition> All => _all;

    public OfBuild Build { get; }

    public OfModel Model { get; }

    public OfLag Lag { get; }

    public OfModes Modes { get; }

    public OfDocuments Documents { get; }

    public OfBatches Batches { get; }

    public OfKafka Kafka { get; }

    public OfClients Clients { get; }

    /// <summary>A label was delivered. Thread-safe; costs nothing where nobody can ask.</summary>
    /// <param name="made">The record's time; null where it has none. One in the future counts as now.</param>
    public void LabelDelivered(DateTimeOffset? made)
    {
        if (_latency is not null && made is { } time) _latency.Observe(Math.Max(0, (_time.GetUtcNow() - time).TotalSeconds));
    }

    /// <summary>Takes the values of this moment. One at a time, and not while <see cref="WriteAsync"/> writes.</summary>
    /// <param name="values">Sets what is known.</param>
    public void Read(Action<WorkerMetrics> values)
    {
        foreach (ReadMetric metric in _read) metric.Begin();
        values(this);
        foreach (ReadMetric metric in _read) metric.End();
    }

    /// <summary>Writes all metrics.</summary>
    /// <param name="output">Takes the text, in UTF-8.</param>
    /// <param name="openMetrics">As OpenMetrics 1.0; else in Prometheus's text format.</param>
    /// <param name="stop">Gives up.</param>
    public Task WriteAsync(Stream output, bool openMetrics, CancellationToken stop) => _registry.CollectAndExportAsTextAsync(output,
        openMetrics ? ExpositionFormat.OpenMetricsText : ExpositionFormat.PrometheusText, stop);

    private ReadMetric Gauge(string name, string unit, string help, params string[] labels) =>
        Add(Define(name, MetricKind.Gauge, unit, labels, help));

    private ReadMetric Counter(string name, string unit, string help, params string[] labels) =>
        Add(Define($"{name}_total", MetricKind.Counter, unit, labels, help));

    private ReadMetric Add(MetricDefinition definition)
    {
        ReadMetric metric = ReadMetric.Of(definition, _factory);
        _read.Add(metric);
        return metric;
    }

    private MetricDefinition Define(string name, MetricKind kind, string unit, string[] labels, string help)
    {
        MetricDefinition definition = new(Prefix + name, kind, unit, labels, help);
        _all.Add(definition);
        return definition;
    }
}

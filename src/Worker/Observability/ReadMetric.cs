using System.Diagnostics;
using Prometheus;

namespace Sluice.Worker.Observability;

/// <summary>A metric whose values are counted or known elsewhere, and read when somebody asks. Its series are those that the last reading
/// gave: a gauge of a partition that is gone is gone too, and what is unknown is not there.</summary>
/// <remarks>One reader at a time, between <see cref="Begin"/> and <see cref="End"/>.</remarks>
internal sealed class ReadMetric
{
    private const char Between = '\n';

    private readonly Func<string[], Series> _make;
    private readonly int _labels;
    private readonly Dictionary<string, Series> _series = [];
    private int _reading;

    private ReadMetric(MetricDefinition definition, Func<string[], Series> make) =>
        (Definition, _labels, _make) = (definition, definition.Labels.Count, make);

    public MetricDefinition Definition { get; }

    /// <summary>Makes a gauge or a counter.</summary>
    public static ReadMetric Of(MetricDefinition definition, IMetricFactory factory)
    {
        (string name, string help, string[] labels) = (definition.Name, definition.Help, [.. definition.Labels]);
        switch (definition.Kind)
        {
            case MetricKind.Gauge:
                Gauge gauge = factory.CreateGauge(name, help, labels, new GaugeConfiguration { SuppressInitialValue = true });
                return new ReadMetric(definition, values =>
                {
                    if (values.Length == 0) return new Series(gauge.Set, gauge.Unpublish);
                    Gauge.Child child = gauge.WithLabels(values);
                    return new Series(child.Set, child.Remove);
                });
            case MetricKind.Counter:
                Counter counter = factory.CreateCounter(name, help, labels, new CounterConfiguration { SuppressInitialValue = true });
                // What was counted stays: a reading that does not give it again knows nothing of it at the moment.
                return new ReadMetric(definition, values =>
                    new Series(values.Length == 0 ? counter.IncTo : counter.WithLabels(values).IncTo, Remove: null));
            default:
                throw new UnreachableException($"Metric {name} is a {definition.Kind}, which is not read. This is a bug.");
        }
    }

    /// <summary>A reading begins.</summary>
    public void Begin() => _reading++;

    /// <summary>Gives the value of a series; nothing where it is unknown.</summary>
    /// <param name="value">Of a counter at least what it was before; null for unknown.</param>
    /// <param name="labels">Their values, in the order of the definition.</param>
    public void Set(double? value, params string[] labels)
    {
        if (labels.Length != _labels)
            throw new UnreachableException($"{Definition.Name} has {_labels} labels and was given {labels.Length}. This is a bug.");
        if (value is not { } known) return;
        string key = string.Join(Between, labels);
        if (!_series.TryGetValue(key, out Series? series)) _series.Add(key, series = _make(labels));
        series.Set(known);
        series.Reading = _reading;
    }

    /// <summary>A reading is over: gauges that it did not give are taken out.</summary>
    public void End()
    {
        foreach ((string key, Series series) in _series)
        {
            if (series.Reading == _reading || series.Remove is null) continue;
            series.Remove();
            _series.Remove(key);
        }
    }

    private sealed record Series(Action<double> Set, Action? Remove)
    {
        public int Reading { get; set; }
    }
}

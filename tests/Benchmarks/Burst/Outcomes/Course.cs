using Benchmarks.Burst.Load;
using Benchmarks.Burst.Runs;

namespace Benchmarks.Burst.Outcomes;

/// <summary>A run document by document: when each was labelled first, and what waited when. Immutable.</summary>
internal sealed class Course
{
    private readonly IReadOnlyList<double> _arrivals;
    private readonly Delivery?[] _first;
    private readonly double[] _labelled;

    public Course(LoadRun run)
    {
        Run = run;
        _arrivals = run.Schedule.Arrivals;
        _first = new Delivery?[_arrivals.Count];
        foreach (Delivery delivery in run.Deliveries)
        {
            if (_first[delivery.Document] is null) _first[delivery.Document] = delivery;
            else Duplicated++;
        }

        Labelled = [.. _first.OfType<Delivery>().OrderBy(delivery => delivery.At)];
        _labelled = [.. Labelled.Select(delivery => delivery.At)];
    }

    public LoadRun Run { get; }

    /// <summary>The first label of each document, in the order of their times.</summary>
    public IReadOnlyList<Delivery> Labelled { get; }

    /// <summary>Labels beyond the first of a document.</summary>
    public int Duplicated { get; }

    /// <summary>Documents that the system has committed, and so will never read again, without a label or a place among the refused.
    /// </summary>
    public long Lost => Math.Max(0, Enumerable.Range(0, _first.Length).Count(document =>
        _first[document] is null && Sender.PlaceOf(document) is var (partition, offset)
            && offset < Run.Committed.GetValueOrDefault(partition)) - Run.DeadLetters);

    /// <summary>Documents that have come and are not labelled.</summary>
    /// <param name="at">Seconds since the load's start.</param>
    public int Backlog(double at) => CountTo(_arrivals, at) - CountTo(_labelled, at);

    /// <summary>Labels in a stretch.</summary>
    public int LabelsIn(double from, double to) => CountTo(_labelled, to) - CountTo(_labelled, from);

    /// <summary>Documents that come in a stretch.</summary>
    public int ArrivalsIn(double from, double to) => CountTo(_arrivals, to) - CountTo(_arrivals, from);

    /// <summary>The first moment of a stretch at which nothing waits; null where there is none.</summary>
    public double? FirstIdle(double from, double to)
    {
        if (Backlog(from) <= 0) return from;
        for (int next = CountTo(_labelled, from); next < _labelled.Length && _labelled[next] <= to; next++)
            if (Backlog(_labelled[next]) <= 0) return _labelled[next];
        return null;
    }

    /// <summary>The most documents that waited at a moment of a stretch: just after one came.</summary>
    public int GreatestBacklog(double from, double to)
    {
        int most = Math.Max(0, Backlog(from));
        for (int next = CountTo(_arrivals, from); next < _arrivals.Count && _arrivals[next] <= to; next++)
            most = Math.Max(most, Backlog(_arrivals[next]));
        return most;
    }

    /// <summary>Seconds from when documents of a stretch were due to their label, ascending; infinite for those without one.</summary>
    public double[] Latencies(double from, double to) => [.. Documents(from, to).Select(document =>
        _first[document] is { } label ? Math.Max(0, label.At - _arrivals[document]) : double.PositiveInfinity).Order()];

    /// <summary>First labels of the documents that came in a stretch.</summary>
    public IEnumerable<Delivery> LabelsOf(double from, double to) => Documents(from, to).Select(document =>
        _first[document]).OfType<Delivery>();

    /// <summary>First labels that were delivered in a stretch.</summary>
    public IEnumerable<Delivery> LabelsAt(double from, double to)
    {
        for (int next = CountTo(_labelled, from); next < _labelled.Length && _labelled[next] <= to; next++) yield return Labelled[next];
    }

    /// <summary>Whether a label is what is expected of its document.</summary>
    public bool IsRight(Delivery delivery) => delivery.Label == Run.Texts.At(delivery.Document).Expected;

    private IEnumerable<int> Documents(double from, double to)
    {
        int first = CountTo(_arrivals, from);
        return Enumerable.Range(first, CountTo(_arrivals, to) - first);
    }

    // Entries up to a value, of an ascending list.
    private static int CountTo(IReadOnlyList<double> ascending, double value)
    {
        int low = 0, high = ascending.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (ascending[middle] <= value) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}

/// <summary>Percentiles of values that may be infinite.</summary>
internal static class Percentile
{
    /// <summary>The least value that at least a share of all do not pass (nearest rank); not a number of none.</summary>
    /// <param name="ascending">In order.</param>
    /// <param name="share">Over 0, up to 1.</param>
    public static double Of(double[] ascending, double share) =>
        ascending.Length == 0
            ? double.NaN
            : ascending[Math.Clamp((int)Math.Ceiling(share * ascending.Length) - 1, 0, ascending.Length - 1)];
}

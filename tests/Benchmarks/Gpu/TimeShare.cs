namespace Benchmarks.Gpu;

/// <summary>Shares a bound of time out among the sections of a run, each by its weight, of what is left when it begins: what one did not
/// use, or used too much, falls on all that come after it.</summary>
/// <param name="bound">Of the whole run.</param>
/// <param name="time">Measures it, from now on.</param>
internal sealed class Timetable(TimeSpan bound, TimeProvider time)
{
    private readonly long _began = time.GetTimestamp();

    /// <summary>What is left of the bound; 0 where it is over.</summary>
    public TimeSpan Left => bound - time.GetElapsedTime(_began) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>The share of the next section.</summary>
    /// <param name="weight">Its weight, above 0.</param>
    /// <param name="weights">Of all that are left, this one among them.</param>
    public TimeShare Next(int weight, int weights) => new(Left * ((double)weight / weights), time);
}

/// <summary>The time of one section, which looks at it before each thing that it measures, and says what it left out.</summary>
/// <param name="length">How long it is.</param>
/// <param name="time">Measures it, from now on.</param>
internal sealed class TimeShare(TimeSpan length, TimeProvider time)
{
    private readonly long _began = time.GetTimestamp();
    private readonly List<string> _leftOut = [];

    /// <summary>What passed since it began.</summary>
    public TimeSpan Used => time.GetElapsedTime(_began);

    /// <summary>What is left of it; 0 where it is over.</summary>
    public TimeSpan Left => length - Used is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>What was left out, in the order in which it came up.</summary>
    public IReadOnlyList<string> LeftOut => _leftOut;

    /// <summary>Whether there is time for one thing more. If not, it is noted as left out.</summary>
    /// <param name="what">Its name.</param>
    /// <param name="expected">How long it takes, where that is known.</param>
    public bool Has(string what, TimeSpan expected = default)
    {
        if (Left > expected) return true;
        _leftOut.Add(what);
        return false;
    }

    /// <summary>A part of what is left, for one thing of several.</summary>
    /// <param name="share">0 to 1.</param>
    public TimeShare Part(double share) => new(Left * share, time);
}

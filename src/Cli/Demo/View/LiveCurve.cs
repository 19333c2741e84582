namespace Sluice.Cli.Demo.View;

/// <summary>The rate of the last 50 s, a value a second, for the live screen. One thread.</summary>
internal sealed class LiveCurve
{
    private const int MostValues = 50;

    private readonly Queue<double> _values = new();
    private int _second = -1;

    public IReadOnlyCollection<double> Values => _values;

    /// <summary>Takes a value; of each second the first one stays.</summary>
    public void Add(double value, TimeSpan elapsed)
    {
        int second = (int)elapsed.TotalSeconds;
        if (second == _second)
            return;
        _second = second;
        if (_values.Count == MostValues)
            _values.Dequeue();
        _values.Enqueue(value);
    }
}

namespace Sluice.Cli.Demo.Replay;

/// <summary>Rates over the last few seconds of two counts that only grow. One thread.</summary>
internal sealed class RateMeter(TimeProvider time)
{
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(4);

    private readonly Queue<(long At, long First, long Second)> _readings = new();

    /// <summary>Takes a reading.</summary>
    /// <returns>Growth per second since the oldest reading of the span; zeros at the first.</returns>
    public (double First, double Second) Read(long first, long second)
    {
        long now = time.GetTimestamp();
        _readings.Enqueue((now, first, second));
        while (_readings.Count > 2 && time.GetElapsedTime(_readings.Peek().At, now) > Span)
            _readings.Dequeue();
        (long at, long oldFirst, long oldSecond) = _readings.Peek();
        double seconds = time.GetElapsedTime(at, now).TotalSeconds;
        return seconds > 0 ? ((first - oldFirst) / seconds, (second - oldSecond) / seconds) : (0, 0);
    }
}

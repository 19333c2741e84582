namespace Sluice.Worker.Kafka;

/// <summary>How often a producer was fenced lately: two workers with one name end each other's transactions for ever. Not thread-safe.
/// </summary>
/// <param name="time">When.</param>
internal sealed class Fencings(TimeProvider time)
{
    /// <summary>So many within <see cref="Window"/> are no accident.</summary>
    public const int Most = 4;

    /// <summary>How far back it is looked.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(90);

    private readonly Queue<long> _when = [];

    /// <summary>It happened again. True when that is too often.</summary>
    public bool Add(long now)
    {
        _when.Enqueue(now);
        while (time.GetElapsedTime(_when.Peek(), now) > Window) _when.Dequeue();
        return _when.Count >= Most;
    }
}

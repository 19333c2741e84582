namespace Sluice.Worker.Pipeline;

/// <summary>Tells of a condition when it has gone on for <see cref="Settled"/>, and that it is over when it has not been for as long: its
/// first moments are no news, and gaps of a blink are no end. Not thread-safe.</summary>
internal sealed class SettledCondition
{
    /// <summary>Shorter is not told.</summary>
    public static readonly TimeSpan Settled = TimeSpan.FromSeconds(1);

    private TimeSpan? _since;
    private TimeSpan _last;
    private bool _told;

    /// <summary>Looks once.</summary>
    /// <param name="holds">Whether it is so.</param>
    /// <param name="now">When.</param>
    /// <param name="lasted">How long it was so; where it is over.</param>
    public ConditionNews Look(bool holds, TimeSpan now, out TimeSpan lasted)
    {
        lasted = default;
        if (holds)
        {
            _since ??= now;
            _last = now;
            if (_told || now - _since < Settled) return ConditionNews.None;
            _told = true;
            return ConditionNews.Began;
        }

        if (_since is not { } since || now - _last < Settled) return ConditionNews.None;
        ConditionNews news = _told ? ConditionNews.Ended : ConditionNews.None;
        (lasted, _since, _told) = (_last - since, null, false);
        return news;
    }
}

/// <summary>What there is to tell of a <see cref="SettledCondition"/>.</summary>
internal enum ConditionNews
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It holds, and has for some time.</summary>
    Began,

    /// <summary>It is over; that it began was told.</summary>
    Ended,
}

using Sluice.Inference.Students;

namespace FunctionalTests.Inference;

public sealed class StragglerTimeoutTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);
    private readonly ManualClock _clock = new();
    private readonly StragglerTimeout _timeout;
    private int _ranOut;

    public StragglerTimeoutTests() => _timeout = new StragglerTimeout(_clock, () => _ranOut++);

    public void Dispose() => _timeout.Dispose();

    [Fact]
    public void It_runs_out_at_its_limit_once()
    {
        _timeout.Begin(Limit);
        _clock.Advance(Limit);
        _clock.RingAll();
        Assert.Equal(1, _ranOut);
    }

    [Fact]
    public void A_wait_that_is_over_runs_out_no_more()
    {
        _timeout.Begin(Limit);
        _timeout.End();
        _clock.Advance(Limit);
        Assert.Equal(0, _ranOut);
        _clock.RingAll(); // a ring that was on its way
        Assert.Equal(0, _ranOut);
    }

    [Fact]
    public void A_ring_that_was_meant_for_an_earlier_wait_or_comes_too_soon_does_not_end_this_one_but_its_limit_does()
    {
        _timeout.Begin(Limit);
        _clock.Advance(Limit / 2);
        _timeout.End();
        _timeout.Begin(Limit);
        _clock.Advance(Limit / 2);
        _clock.RingAll();
        Assert.Equal(0, _ranOut);
        _clock.Advance(Limit / 2);
        Assert.Equal(1, _ranOut);
    }
}

using Sluice.Worker.Control;

namespace Worker.Tests.Control;

public sealed class StepOverheadTests
{
    private readonly StepOverhead _overhead = new(records: 1000, spentMs: 500);

    [Fact]
    public void It_is_what_the_steps_spent_on_a_record_once_enough_came()
    {
        _overhead.Look(records: 1199, spentMs: 5000); // too few: it may be anything
        Assert.Equal(StepOverhead.GuessedMs, _overhead.Ms);
        for (int look = 1; look <= 10; look++) _overhead.Look(1199 + (look * 200), 5000 + (look * 40));
        Assert.Equal(0.2, _overhead.Ms, precision: 3);
    }

    [Fact]
    public void In_calm_what_was_learned_fades_in_minutes()
    {
        _overhead.Look(records: 1200, spentMs: 500 + 2000);
        Assert.InRange(_overhead.Ms, 5, 6);
        for (int second = 0; second < 600; second++) _overhead.Look(1200 + second, 2500 + second);
        Assert.InRange(_overhead.Ms, StepOverhead.GuessedMs, 0.07);
    }
}

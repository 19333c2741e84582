using Sluice.Worker.Control;

namespace Worker.Tests.Control;

/// <summary>A target of a second, a mode of 100 documents/s and one of 1,000, looked at each 20 ms.</summary>
public sealed class ModelIdlenessTests
{
    private readonly ModelIdleness _idleness = new(TimeSpan.FromSeconds(1));
    private TimeSpan _at;

    [Fact]
    public void It_holds_after_a_fifth_of_a_second_and_the_policy_is_told_of_what_reaches_the_model()
    {
        ControlSample told = null!;
        for (int look = 0; look <= 10; look++)
        {
            Assert.False(_idleness.Holds);
            told = Look(waiting: 500, new ModelLoad(0, IsIdle: true, Reached: look));
        }

        Assert.True(_idleness.Holds);
        Assert.Equal((0d, true), (told.Waiting, told.IsWhole));
        for (int look = 11; look < 100; look++) told = Look(waiting: 500, new ModelLoad(3, IsIdle: look % 50 == 0, Reached: look));
        Assert.Equal((3d, 50d), (told.Waiting, Math.Round(told.ArrivalsPerSecond!.Value, 1)));
    }

    [Fact]
    public void One_look_at_which_it_was_busy_begins_anew_and_a_handful_that_waits_is_no_matter()
    {
        for (int look = 0; look < 200; look++) Look(waiting: 500, new ModelLoad(0, IsIdle: look % 9 > 0, Reached: 0));
        Assert.False(_idleness.Holds);
        for (int look = 0; look < 200; look++) Look(waiting: 50, new ModelLoad(0, IsIdle: true, Reached: 0));
        Assert.False(_idleness.Holds);
        Look(waiting: 500, new ModelLoad(0, IsIdle: true, Reached: 0)); // only now does it count
        Assert.False(_idleness.Holds);
    }

    [Fact]
    public void It_is_over_when_the_model_is_busy_for_two_seconds_when_documents_wait_for_it_and_when_none_waits()
    {
        Begin();
        for (int look = 0; look < 99; look++) Look(waiting: 500, new ModelLoad(10, IsIdle: false, Reached: 0));
        Assert.True(_idleness.Holds);
        Assert.Equal(500, Look(waiting: 500, new ModelLoad(10, IsIdle: false, Reached: 0)).Waiting);
        Assert.False(_idleness.Holds);

        Begin();
        Assert.Equal(500, Look(waiting: 500, new ModelLoad(51, IsIdle: false, Reached: 0)).Waiting);
        Assert.False(_idleness.Holds);

        Begin();
        Assert.Equal(50, Look(waiting: 50, new ModelLoad(0, IsIdle: true, Reached: 0)).Waiting);
        Assert.False(_idleness.Holds);
    }

    [Fact]
    public void A_lag_that_is_not_known_stays_so()
    {
        Begin();
        ControlSample unknown = new(_at, 500, null, [100, 1000], IsWhole: false);
        Assert.Same(unknown, _idleness.Look(unknown, 0, new ModelLoad(0, IsIdle: true, Reached: 0)));
    }

    private void Begin()
    {
        for (int look = 0; look <= 10; look++) Look(waiting: 500, new ModelLoad(0, IsIdle: true, Reached: 0));
        Assert.True(_idleness.Holds);
    }

    private ControlSample Look(double waiting, ModelLoad model)
    {
        _at += TimeSpan.FromMilliseconds(20);
        return _idleness.Look(new ControlSample(_at, waiting + 7, 200, [100, 1000], Running: 7), 0, model);
    }
}

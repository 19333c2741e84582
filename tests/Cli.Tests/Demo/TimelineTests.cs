using Sluice.Cli.Demo.Report;

namespace Cli.Tests.Demo;

public sealed class TimelineTests
{
    [Fact]
    public void A_stretch_has_its_arrivals_labels_lag_and_modes()
    {
        TimelinePart part = Create().Between(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(11));

        Assert.Equal(200, part.ArrivalsPerSecond, 6);
        Assert.Equal(100, part.LabelledPerSecond, 6); // what was due until 10.5 s; the rest waits
        Assert.Equal(100, part.Lag);
        Assert.Equal([1.0, 0], part.Modes);
    }

    [Fact]
    public void Its_accuracy_is_what_its_modes_had_right_in_the_whole_run()
    {
        Timeline timeline = Create();

        Assert.Equal(timeline.Modes[0].Accuracy, timeline.Between(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(4.5)).Accuracy);
        Assert.Equal(timeline.Modes[1].Accuracy, timeline.Between(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(15.5)).Accuracy);
        Assert.InRange(timeline.Modes[1].Accuracy, 0.979, 0.981);
    }

    [Fact]
    public void Where_no_label_came_nothing_is_known_of_accuracy() => // nothing due since 10.5 s is labelled before 11.3 s
        Assert.Equal((0.0, null), Create().Between(TimeSpan.FromSeconds(10.7), TimeSpan.FromSeconds(11.2)) is var part
            ? (part.LabelledPerSecond, part.Accuracy) : default);

    [Fact]
    public void Labels_may_be_added_as_they_come()
    {
        var timeline = new Timeline(BurstRuns.Schedule, BurstRuns.Start, BurstRuns.Frequency);
        foreach (var some in BurstRuns.Bending.Chunk(7)) timeline.Add(some);
        TimeSpan from = TimeSpan.FromSeconds(19.5), to = TimeSpan.FromSeconds(21.5);

        Assert.Equal(2300, timeline.Labels);
        Assert.Equal(39.95, timeline.Newest.TotalSeconds, 6);
        Assert.Equal(Create().Between(from, to) with { Modes = [] }, timeline.Between(from, to) with { Modes = [] });
    }

    [Fact]
    public void The_most_thorough_mode_comes_first()
    {
        var timeline = new Timeline(BurstRuns.Schedule, BurstRuns.Start, BurstRuns.Frequency);
        string[] modes = ["swift", "students:1", "teacher", "of-tomorrow", "students:12", "students:2"];
        timeline.Add(modes.Select((mode, index) => BurstRuns.Labelled(index, mode, 50)));

        Assert.Equal(["teacher", "students:12", "students:2", "students:1", "swift", "of-tomorrow"],
            timeline.Modes.Select(mode => mode.Mode));
    }

    private static Timeline Create()
    {
        var timeline = new Timeline(BurstRuns.Schedule, BurstRuns.Start, BurstRuns.Frequency);
        timeline.Add(BurstRuns.Bending);
        return timeline;
    }
}

using Benchmarks.Burst.Load;
using Benchmarks.Burst.Outcomes;
using Benchmarks.Burst.Runs;

namespace Cli.Tests.Benchmarks.Burst;

public sealed class CourseTests
{
    private static readonly TextSet Texts = new("texts", "right", [new([], "ham"), new([], "spam")]);
    private static readonly Rungs Rungs = new([new("swift", 100, 0.9), new("students:1", 50, 0.95), new("teacher", 10, 0.97)]);

    [Fact]
    public void A_document_is_labelled_when_its_first_label_comes_and_waits_until_then()
    {
        Course course = CreateCourse([1, 2, 3, 4], (0, 1.5), (2, 3.5), (2, 3.6), (1, 5));
        Assert.Equal([0, 1, 1, 2, 1, 2, 1], new[] { 0, 1.2, 2.2, 3.2, 3.55, 4.5, 6 }.Select(course.Backlog));
        Assert.Equal(1, course.Duplicated);
        Assert.Equal(2, course.GreatestBacklog(0, 10));
        Assert.Equal(1.5, course.FirstIdle(1, 10));
        Assert.Null(course.FirstIdle(2.5, 10)); // the last has no label
        double[] latencies = course.Latencies(0, 10);
        Assert.Equal([0.5, 0.5, 3], latencies[..3]);
        Assert.Equal(double.PositiveInfinity, latencies[3]);
    }

    [Fact]
    public void Lost_is_what_was_committed_without_a_label_and_left_is_not_lost()
    {
        double[] arrivals = [.. Enumerable.Range(0, 24).Select(n => (double)n)];
        (int, double)[] labels = [.. Enumerable.Range(0, 24).Where(n => n is not 6 and not 18).Select(n => (n, n + 0.5))];
        LoadRun run = CreateRun(arrivals, labels);
        Assert.Equal(0, new Course(run).Lost);
        Assert.Equal(0, new Course(run with { Committed = new Dictionary<int, long> { [0] = 1 } }).Lost); // the next to be read is 6
        Assert.Equal(1, new Course(run with { Committed = new Dictionary<int, long> { [0] = 2 } }).Lost); // 6 is the second of partition 0
        Assert.Equal(2, new Course(run with { Committed = new Dictionary<int, long> { [0] = 4 } }).Lost);
        Assert.Equal(1, new Course(run with { Committed = new Dictionary<int, long> { [0] = 4 }, DeadLetters = 1 }).Lost);
    }

    [Fact]
    public void A_burst_that_is_sustained_tells_when_it_was_over_and_what_it_cost()
    {
        // Two a second in calm, ten a second from 10 to 20; the backlog of the burst is gone at 22.
        double[] arrivals =
        [
            .. Enumerable.Range(1, 19).Select(n => n * 0.5), .. Enumerable.Range(1, 99).Select(n => 10 + (n * 0.1)),
            .. Enumerable.Range(1, 39).Select(n => 20 + (n * 0.5)),
        ];
        LoadRun run = CreateRun(arrivals, []) with
        {
            Schedule = new([new("calm", 0, 10, 2), new("burst 5x", 10, 10, 10), new("after 5x", 20, 20, 2)], arrivals),
        };
        Delivery[] labels = [.. arrivals.Select((at, document) => at is > 10 and < 21.9
            ? new Delivery(document, 10 + ((document - 18) / 103.0 * 12), "ham", at < 11 ? "teacher" : "swift")
            : new Delivery(document, at + 0.01, document % 2 == 0 ? "ham" : "spam", "teacher"))];
        BurstOutcome outcome = new(new Course(run with { Deliveries = [.. labels.OrderBy(label => label.At)] }), 1, Rungs);
        Assert.Equal(2.0, outcome.DrainedAfter!.Value, 0.2);
        Assert.Equal(102 / 12.0, outcome.Throughput, 0.2);
        Assert.Equal((0, 0.0), (outcome.Left, outcome.PredictedSeconds));
        Assert.Equal(0.01, Percentile.Of(outcome.CalmLatencies, 0.99), 6);
        Assert.Equal((1.0, 0), (outcome.CalmRight, outcome.CalmBelowTop));
        Assert.Equal(0.5, outcome.BurstRight, 0.02);
        Assert.Equal(0.0, outcome.FullAgainAfter!.Value, 0.3);
        Assert.Equal(0.07 * labels.Count(label => label.Mode == "swift"), outcome.GivenUp, 6);
        Assert.Equal(2, outcome.Modes.Changes);
    }

    [Fact]
    public void A_burst_that_is_not_tells_what_is_left_and_for_how_long()
    {
        double[] arrivals = [.. Enumerable.Range(0, 400).Select(n => 10 + (n * 0.05)), .. Enumerable.Range(1, 29).Select(n => 30.0 + n)];
        LoadRun run = CreateRun(arrivals, []) with
        {
            Schedule = new([new("calm", 0, 10, 1), new("burst 20x", 10, 20, 20), new("after 20x", 30, 30, 1)], arrivals),
            Deliveries = [.. Enumerable.Range(0, 200).Select(n => new Delivery(n, 10 + ((n + 1) * 0.25), "ham", "teacher"))],
        };
        BurstOutcome outcome = new(new Course(run), 1, Rungs);
        Assert.Null(outcome.DrainedAfter);
        Assert.Null(outcome.FullAgainAfter);
        Assert.Equal((229, 4.0), (outcome.Left, outcome.Throughput));
        Assert.Equal(229 / 3.0, outcome.PredictedSeconds, 6); // four a second are labelled while one a second comes
        Assert.Equal(double.PositiveInfinity, Percentile.Of(outcome.BurstLatencies, 0.99));
    }

    [Fact]
    public void The_mode_of_a_quarter_second_is_what_most_of_its_labels_say()
    {
        Delivery[] labels =
            [Of(0.1, "teacher"), Of(0.3, "teacher"), Of(0.35, "swift"), Of(0.4, "swift"), Of(1.1, "swift"), Of(1.3, "teacher")];
        ModeTimes times = new(labels, 0, 1.5);
        Assert.Equal(["teacher", "swift", "swift", "swift", "swift", "teacher"], times.Modes);
        Assert.Equal(2, times.Changes);
        Assert.Equal([("swift", 4 / 6.0), ("teacher", 2 / 6.0)], times.Shares);

        static Delivery Of(double at, string mode) => new(0, at, "ham", mode);
    }

    [Fact]
    public void A_percentile_is_the_least_value_that_as_many_do_not_pass()
    {
        double[] values = [.. Enumerable.Range(1, 200).Select(n => (double)n)];
        Assert.Equal([100, 198, 200], new[] { 0.5, 0.99, 1 }.Select(share => Percentile.Of(values, share)));
        Assert.True(double.IsNaN(Percentile.Of([], 0.5)));
    }

    private static Course CreateCourse(double[] arrivals, params (int, double)[] labels) => new(CreateRun(arrivals, labels));

    private static LoadRun CreateRun(double[] arrivals, (int Document, double At)[] labels) => new(
        "system", Texts, new Schedule([new Phase("calm", 0, 1000, 1)], arrivals),
        [.. labels.Select(label => new Delivery(label.Document, label.At, "ham", "teacher"))], [], new Dictionary<int, long>(), 0, 0,
        TimeSpan.Zero);
}

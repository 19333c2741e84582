using System.Text.Json;
using Sluice.Cli.Demo.Replay;
using Sluice.Cli.Demo.Report;
using Sluice.Cli.Demo.View;

namespace Cli.Tests.Demo;

public sealed class BurstReportTests
{
    [Fact]
    public void Documents_belong_to_the_stretch_in_which_they_were_due()
    {
        BurstReport burst = BurstRuns.Report(BurstRuns.Bending).Burst!;

        Assert.Equal([100, 2000, 200], burst.Phases.Select(phase => phase.Documents));
        Assert.Equal([50.0, 800, 50], burst.Phases.Select(phase => phase.LatencyMs.P99));
        Assert.Equal([("teacher", 100)], burst.Before.Modes.Select(mode => (mode.Mode, mode.Labels)));
        Assert.Equal([("teacher", 100), ("swift", 1900)], burst.During.Modes.Select(mode => (mode.Mode, mode.Labels)));
        Assert.Equal(0.99, burst.Before.Accuracy, 9);
        Assert.Equal((99 + (1900 * 0.98)) / 2000, burst.During.Accuracy, 9);
    }

    [Fact]
    public void Lag_is_what_is_due_and_not_labelled() => // 800 ms of 200 a second
        Assert.Equal(160, BurstRuns.Report(BurstRuns.Bending).Burst!.MostLag);

    [Fact]
    public void It_is_drained_when_the_last_of_the_burst_is_labelled_and_recovered_when_the_first_mode_is_back()
    {
        BurstReport burst = BurstRuns.Report(BurstRuns.Bending).Burst!;

        Assert.Equal(0.795, burst.Drained!.Value.TotalSeconds, 3); // due at 19.995 s, labelled 0.8 s later
        Assert.Equal(0.255, burst.Recovered!.Value.TotalSeconds, 3); // due at 21 s, labelled 0.05 s later
    }

    [Fact]
    public void A_few_labels_of_the_first_mode_between_others_are_no_recovery()
    {
        Outcome[] outcomes = BurstRuns.Bending;
        for (int i = 2108; i < 2108 + BurstReport.BackAfter - 1; i++) outcomes[i] = BurstRuns.Labelled(i, "teacher", 50);
        Assert.Equal("teacher", outcomes[2110].Mode); // from 2,110 on, which is due at 21 s
        outcomes[2112] = BurstRuns.Labelled(2112, "swift", 50);

        // The first of five in a row is due at 21.3 s.
        Assert.Equal(0.555, BurstRuns.Report(outcomes).Burst!.Recovered!.Value.TotalSeconds, 3);
    }

    [Fact]
    public void What_never_came_back_leaves_it_undrained()
    {
        Outcome[] outcomes = BurstRuns.Bending;
        outcomes[2000] = outcomes[2000] with { Label = null, Mode = "" };

        Assert.Null(BurstRuns.Report(outcomes).Burst!.Drained);
    }

    [Fact]
    public void A_run_that_was_stopped_before_the_end_of_its_burst_is_not_drained()
    {
        Outcome[] outcomes = [.. BurstRuns.Bending.Select((outcome, index) => index < 1000
            ? outcome : outcome with { Label = null, Mode = "", IsSent = false, Due = 0 })];

        BurstReport burst = BurstRuns.Report(outcomes).Burst!;

        Assert.Null(burst.Drained);
        Assert.Equal([100, 900, 0], burst.Phases.Select(phase => phase.Documents));
    }

    [Fact]
    public void A_run_that_bends_ends_with_these_words() => Assert.Equal(
    [
        "Every one of 2,300 documents got exactly one label.",
        "Burst of 20x: p99 800 ms, most lag 160,",
        "labelled by swift 95%, teacher 5%.",
        "Accuracy 99.0% before, 98.0% in it, 99.0% after.",
        "Backlog gone 795 ms after it; full accuracy 255 ms later.",
        "0 lost, 0 duplicated, 0 dead-lettered; all committed.",
    ], BurstVerdict.Lines(BurstRuns.Report(BurstRuns.Bending)));

    [Fact]
    public void A_mode_of_a_few_labels_is_not_named()
    {
        Outcome[] outcomes = [.. BurstRuns.Bending.Select((outcome, index) => index is < 100 or 300 ? outcome
            : BurstRuns.Labelled(index, index is > 100 and < 110 ? "teacher" : "swift", 50))]; // 9 of 2,000

        Assert.Contains(BurstVerdict.Lines(BurstRuns.Report(outcomes)), line => line.EndsWith("labelled by swift 100%.",
            StringComparison.Ordinal));
    }

    [Fact]
    public void A_run_in_one_mode_by_name_says_that_it_was_fixed() => Assert.Contains(
        "Backlog gone 45 ms after it; the mode was fixed.", BurstVerdict.Lines(BurstRuns.Report(AllByTeacher, "teacher")));

    [Fact]
    public void A_worker_that_need_not_bend_has_full_accuracy_all_the_time() => Assert.Contains(
        "Backlog gone 45 ms after it; full accuracy all the time.", BurstVerdict.Lines(BurstRuns.Report(AllByTeacher)));

    [Fact]
    public void A_worker_that_does_not_spring_back_is_told_of()
    {
        Outcome[] outcomes = [.. BurstRuns.Bending.Select((outcome, index) => index < 100 ? outcome
            : BurstRuns.Labelled(index, "swift", 50))];
        Assert.Contains("Backlog gone 45 ms after it; full accuracy not again.", BurstVerdict.Lines(BurstRuns.Report(outcomes)));
    }

    [Fact]
    public void A_document_without_a_label_is_the_first_thing_that_is_said()
    {
        Outcome[] outcomes = BurstRuns.Bending;
        outcomes[2000] = outcomes[2000] with { Label = null, Mode = "" };
        DemoReport report = BurstRuns.Report(outcomes);

        Assert.Equal(1, report.ExitCode);
        Assert.Equal(["Not every document got exactly one label:", "1 lost, 0 duplicated, 0 unexpected."],
            BurstVerdict.Lines(report).Take(2));
        Assert.Equal(["Its backlog was not labelled to its end.", "1 lost, 0 duplicated, 0 dead-lettered; 1 not committed."],
            BurstVerdict.Lines(report).TakeLast(2));
    }

    [Fact]
    public void Nothing_that_is_said_is_wrapped_at_60_columns()
    {
        DemoReport report = BurstRuns.Report(BurstRuns.Bending);
        ModeTotals[] modes = [new("teacher", 400, 400), new("students:14", 600, 600), new("students:13", 700, 700), new("swift", 999, 9)];
        BurstReport burst = report.Burst! with
        {
            MostLag = 58_000,
            During = report.Burst!.During with { Modes = modes, LatencyMs = new Percentiles(1, 2, 754_000) },
            Drained = TimeSpan.FromSeconds(754),
            Recovered = TimeSpan.FromSeconds(734),
        };
        report = report with
        {
            Burst = burst,
            Counts = report.Counts with { Documents = 60_000, Duplicated = 10_000, Unexpected = 10_000 },
        };

        string[] lines = [.. BurstVerdict.Lines(report)];

        Assert.All(lines, line => Assert.InRange(line.Length, 1, BurstVerdict.Width));
        Assert.Contains("labelled by swift 37%, students:13 26%, others 37%.", lines);
        Assert.Contains("full accuracy 12 min 14 s later.", lines);
    }

    [Fact]
    public void The_json_tells_the_stretches_and_the_run_over_its_time()
    {
        using var stream = new MemoryStream();
        ReportJson.Write(BurstRuns.Report(BurstRuns.Bending), stream);
        using JsonDocument json = JsonDocument.Parse(stream.ToArray());
        JsonElement burst = json.RootElement.GetProperty("burst");

        Assert.Equal(["times", "mode", "most_lag", "drained_after_s", "full_accuracy_after_s", "phases", "timeline"],
            burst.EnumerateObject().Select(member => member.Name));
        Assert.Equal((20.0, "auto", 0.795, 0.255), (burst.GetProperty("times").GetDouble(), burst.GetProperty("mode").GetString(),
            burst.GetProperty("drained_after_s").GetDouble(), burst.GetProperty("full_accuracy_after_s").GetDouble()));
        JsonElement during = burst.GetProperty("phases")[1];
        Assert.Equal(("burst", 10.0, 200.0, 2000, 2000, 800.0, 0.95), (during.GetProperty("name").GetString(),
            during.GetProperty("seconds").GetDouble(), during.GetProperty("arrivals_per_s").GetDouble(),
            during.GetProperty("documents").GetInt32(), during.GetProperty("labelled").GetInt32(),
            during.GetProperty("latency_ms").GetProperty("p99").GetDouble(), during.GetProperty("modes").GetProperty("swift").GetDouble()));
        JsonElement[] timeline = [.. burst.GetProperty("timeline").EnumerateArray()];
        Assert.Equal(80, timeline.Length); // half seconds; the last label comes at 39.95 s
        Assert.Equal((15.0, 200.0, 200.0), (timeline[30].GetProperty("from_s").GetDouble(),
            timeline[30].GetProperty("arrivals_per_s").GetDouble(), timeline[30].GetProperty("labelled_per_s").GetDouble()));
    }

    [Fact]
    public void Without_a_burst_the_json_says_nothing_of_one()
    {
        using var stream = new MemoryStream();
        ReportJson.Write(ReportTests.SomeReport(), stream);
        using JsonDocument json = JsonDocument.Parse(stream.ToArray());
        Assert.False(json.RootElement.TryGetProperty("burst", out _));
    }

    private static Outcome[] AllByTeacher =>
        [.. Enumerable.Range(0, BurstRuns.Schedule.Documents).Select(index => BurstRuns.Labelled(index, "teacher", 50))];
}

using System.Globalization;
using System.Xml.Linq;
using Benchmarks;
using Benchmarks.Burst;
using Benchmarks.Burst.Outcomes;
using Benchmarks.Burst.Picture;

namespace Cli.Tests.Benchmarks.Burst;

public sealed class BurstReportTests
{
    private static readonly Machine Machine = new("a <CPU> & more", "avx2", 2, 8, "Linux");

    [Fact]
    public void Every_figure_of_the_issue_stands_there_with_its_goal()
    {
        BenchmarkReport report = Report(SimulatedBursts.Create(), judged: true);
        (string, double?)[] goals =
        [
            ("burst_throughput_vs_best_plain_fp32_mix", 35), ("burst_throughput_vs_best_plain_dynamic_int8_mix", 17),
            ("burst_throughput_vs_usual_plain_fp32_mix", 100), ("burst_throughput_vs_our_teacher_mix", 9),
            ("calm_p50_of_plain_fp32_over_ours_mix", 1.7), ("p99_in_burst_5x_mix", 2), ("p99_in_burst_40x_mix", 2),
            ("p99_in_burst_20x_mail", 2),
            ("all_teacher_again_after_the_backlog_at_most", 5), ("labels_of_less_than_the_top_mode_in_calm", 0),
            ("right_in_the_burst_of_mails_above_the_cheapest_mode", 0), ("given_up_vs_oracle_bursts", 1.2),
            ("given_up_vs_oracle_day", 1.2), ("lost_or_labelled_twice_bursts", 0), ("lost_or_labelled_twice_day", 0),
            ("cpu_of_steps_other_than_inference_in_bursts", 0.15), ("memory_after_a_burst_over_before", 1.05),
        ];
        foreach ((string name, double? goal) in goals)
            Assert.Equal(goal, Assert.Single(report.Figures, figure => figure.Name == name).Goal);
        Assert.Null(Assert.Single(report.Figures, figure => figure.Name == "p99_in_burst_80x_mix").Goal); // more than any mode clears
        Assert.InRange(Value("burst_throughput_vs_our_teacher_mix"), 44 / 4.7, 50 / 4.5);
        Assert.InRange(Value("burst_throughput_vs_best_plain_fp32_mix"), 44, 50); // the last of a backlog is left to better modes
        Assert.InRange(Value("burst_throughput_vs_usual_plain_fp32_mix"), 44 * 1.25, 50 * 1.25);
        Assert.InRange(Value("p99_in_burst_40x_mix"), 0.5, 1.5);
        Assert.Equal(1 - (1.4 / 1.5), Value("cpu_of_steps_other_than_inference_in_bursts"), 6);

        double Value(string name) => report.Figures.Single(figure => figure.Name == name).Value;
    }

    [Fact]
    public void A_burst_is_judged_by_what_the_cheapest_mode_clears_beside_the_load_and_both_capacities_are_told()
    {
        BenchmarkReport report = Report(SimulatedBursts.Create(besideLoad: 390), judged: true); // 400 a second come at 40x
        Assert.Null(Goal("p99_in_burst_40x_mix"));
        Assert.Equal(2, Goal("p99_in_burst_20x_mix"));
        Assert.Equal(2, Goal("p99_in_burst_20x_mail")); // which it keeps up with, so that only its capacity alone is known
        string remark = Assert.Single(report.Tables, table => table.Title.StartsWith("From due", StringComparison.Ordinal)).Remark!;
        Assert.EndsWith(" On mix that is 390 a second, and 500 alone. On mail that is 500 a second, and 500 alone.", remark,
            StringComparison.Ordinal);
        BurstResults unknown = SimulatedBursts.Create(besideLoad: 390);
        unknown.Bursts.RemoveAll(burst => burst.System == BurstSession.Fixed);
        report = Report(unknown, judged: true);
        Assert.Equal(2, Goal("p99_in_burst_40x_mix")); // nobody is let off where it was not run

        double? Goal(string name) => Assert.Single(report.Figures, figure => figure.Name == name).Goal;
    }

    [Fact]
    public void Rivals_are_compared_over_the_same_stretch_of_the_largest_burst()
    {
        BurstResults results = SimulatedBursts.Create();
        ReportTable table = Assert.Single(Report(results, judged: true).Tables, table =>
            table.Title == "Throughput in the burst of 80x of the mix, labels/s");
        Assert.Equal(BurstSession.Systems, table.Rows.Select(row => row[0]));
        Assert.Equal(["-", 500.0, 45.0, 20.0, 10.0], table.Rows.Select(row => row[1]));
        double[] stretch = [.. table.Rows.Select(row => (double)row[3])];
        BurstOutcome ours = results.Of(BurstSession.Auto, "mix")[^1];
        Assert.Equal(ours.Throughput, stretch[0], 9);
        Assert.Equal(results.Of(BurstSession.Teacher, "mix")[^1].LabelsInFirst(ours.BacklogSeconds), stretch[2], 9);
        Assert.All(stretch.Zip(new[] { 0.0, 480, 45, 20, 10 }).Skip(1), pair => Assert.Equal(pair.Second, pair.First, 0.05 * pair.Second));
    }

    [Fact]
    public void Memory_is_told_before_in_and_after_each_burst_with_the_modes_that_were_new()
    {
        ReportTable table = Assert.Single(Report(SimulatedBursts.Create(), judged: true).Tables, table =>
            table.Title == "Resident memory of the system from burst to burst, MiB");
        object[][] chain = [.. table.Rows.Where(row => row is [BurstSession.Auto, "mix", ..])];
        Assert.Equal(["5x", "10x", "20x", "40x", "80x"], chain.Select(row => row[2]));
        Assert.All(chain, row => Assert.Equal([200.0, 200.0, 200.0, 1.0], row[3..7]));
        Assert.Equal("students:1", chain[0][7]);
        Assert.Equal("swift", chain[3][7]);
        Assert.Equal("-", chain[4][7]);
    }

    [Fact]
    public void A_trial_judges_nothing() =>
        Assert.All(Report(SimulatedBursts.Create(), judged: false).Figures, figure => Assert.Null(figure.Goal));

    [Fact]
    public void What_was_not_run_is_left_out()
    {
        BenchmarkReport report = Report(new BurstResults(), judged: true);
        Assert.Empty(report.Figures);
        BurstResults mails = SimulatedBursts.Create();
        mails.Bursts.RemoveAll(burst => burst.Texts == "mix" || burst.System == BurstSession.Fixed);
        mails.Days.Clear();
        Assert.Contains(Report(mails, judged: true).Figures, figure => figure.Name == "lost_or_labelled_twice_bursts");
        XDocument.Parse(BurstPicture.Render(mails, Machine));
        XDocument.Parse(BurstPicture.Render(new BurstResults(), Machine));
    }

    [Fact]
    public void The_picture_is_svg_whose_parts_lie_within_it()
    {
        XElement picture = XDocument.Parse(BurstPicture.Render(SimulatedBursts.Create(), Machine)).Root!;
        double[] box = [.. picture.Attribute("viewBox")!.Value.Split(' ').Select(Number)];
        string[] texts = [.. picture.Elements().Where(part => part.Name.LocalName == "text").Select(part => part.Value)];
        Assert.Contains(texts, text => text.StartsWith("a <CPU> & more (avx2)", StringComparison.Ordinal));
        Assert.Contains("% of labels that are right: of mails that came before, in and after the burst", texts);
        Assert.Contains(texts, text => text.StartsWith("Sluice labels them as they come: nothing waits", StringComparison.Ordinal));
        foreach (XElement part in picture.Elements())
        {
            foreach (string name in new[] { "x", "x1", "x2" }.Where(name => part.Attribute(name) is not null))
                Assert.InRange(Number(part.Attribute(name)!.Value), 0, box[2]);
            foreach (string name in new[] { "y", "y1", "y2" }.Where(name => part.Attribute(name) is not null))
                Assert.InRange(Number(part.Attribute(name)!.Value), 0, box[3]);
        }

        static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
    }

    private static BenchmarkReport Report(BurstResults results, bool judged)
    {
        BenchmarkReport report = new("burst", "bursts", Machine);
        BurstReport tables = new(report, results, judged);
        tables.AddTables();
        tables.AddFigures();
        return report;
    }
}

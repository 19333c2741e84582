using Benchmarks.Burst.Outcomes;
using Benchmarks.Burst.Plain;

namespace Benchmarks.Burst;

/// <summary>The figures of bench burst: each where what it compares was run.</summary>
/// <param name="report">Receives them.</param>
/// <param name="results">What was measured.</param>
/// <param name="judged">Whether goals hold.</param>
internal sealed class BurstFigures(BenchmarkReport report, BurstResults results, bool judged)
{
    private readonly BurstOutcome[] _auto = [.. results.Of(BurstSession.Auto, "mix"), .. results.Of(BurstSession.Auto, "mail")];

    public void Add()
    {
        AddThroughput();
        if (_auto.Length > 0) AddBursts();
        DayOutcome? day = results.Days.SingleOrDefault(one => one.Course.Run.System == BurstSession.Auto);
        if (day is not null)
        {
            AtMost("given_up_vs_oracle_day", day.GivenUp / day.OracleGivenUp(BurstReport.OracleDelay), "1", 1.2);
            AtMost("lost_or_labelled_twice_day", day.Course.Lost + day.Course.Duplicated, "documents", 0);
        }
    }

    private void AddThroughput()
    {
        if (results.Of(BurstSession.Auto, "mix") is not [.., var most]) return;
        double ours = most.Throughput;
        AtLeast("burst_throughput_vs_best_plain_fp32_mix", ours / results.Best(BurstSession.PlainFp32), "1", 35);
        AtLeast("burst_throughput_vs_best_plain_dynamic_int8_mix", ours / results.Best(BurstSession.PlainDynamic), "1", 17);
        AtLeast("burst_throughput_vs_usual_plain_fp32_mix", ours / results.Plain.Single(plain =>
            plain.Graph == BurstSession.Fp32 && plain.Policy == PlainPolicy.Usual).PerSecond, "1", 100);
        if (SideBySide(BurstSession.Teacher) is { } besideTeacher)
            AtLeast("burst_throughput_vs_our_teacher_mix", besideTeacher, "1", 9);
        Plain("burst_throughput_vs_our_teacher_at_its_best_mix", ours / results.Best(BurstSession.Teacher), "1");
        if (SideBySide(BurstSession.PlainFp32) is { } besidePlain)
            Plain("burst_throughput_vs_best_plain_fp32_same_stretch_mix", besidePlain, "1");
        if (SideBySide(BurstSession.PlainDynamic) is { } besideDynamic)
            Plain("burst_throughput_vs_best_plain_dynamic_int8_same_stretch_mix", besideDynamic, "1");
        if (SideBySide(BurstSession.Fixed) is { } besideSwift) Plain("burst_throughput_vs_our_swift_same_stretch_mix", besideSwift, "1");
        double[] plainCalm = [.. results.Of(BurstSession.PlainFp32, "mix").SelectMany(burst => burst.CalmLatencies).Order()];
        if (plainCalm.Length > 0)
            AtLeast("calm_p50_of_plain_fp32_over_ours_mix",
                Percentile.Of(plainCalm, 0.5) / Percentile.Of(results.Of(BurstSession.Auto, "mix")[0].CalmLatencies, 0.5), "1", 1.7);

        double? SideBySide(string system) => results.Of(system, "mix").SingleOrDefault(burst => burst.Burst.Name == most.Burst.Name) is
            { } rival ? ours / rival.LabelsInFirst(most.BacklogSeconds) : null;
    }

    private void AddBursts()
    {
        BurstOutcome[] within = [.. _auto.Where(burst => burst.Burst.PerSecond < burst.Rungs.Cheapest.Capacity)];
        foreach (BurstOutcome burst in _auto)
        {
            string name = $"p99_in_{burst.Burst.Name.Replace(' ', '_')}_{burst.Texts}";
            double p99 = Percentile.Of(burst.BurstLatencies, 0.99);
            if (burst.Burst.PerSecond < results.CapacityBesideLoad(burst.Texts)) AtMost(name, p99, "s", 2);
            else Plain(name, p99, "s");
        }

        AtMost("all_teacher_again_after_the_backlog_at_most", _auto.Max(burst => burst.FullAgainAfter ?? double.PositiveInfinity), "s", 5);
        AtMost("labels_of_less_than_the_top_mode_in_calm", results.Of(BurstSession.Auto, "mix").Take(1)
            .Concat(results.Of(BurstSession.Auto, "mail")).Sum(burst => burst.CalmBelowTop), "labels", 0);
        if (results.Of(BurstSession.Auto, "mail") is [var mail] && results.Of(BurstSession.Fixed, "mail") is [var swift])
            AtLeast("right_in_the_burst_of_mails_above_the_cheapest_mode", 100 * (mail.BurstRight - swift.BurstRight), "points", 0);
        if (within.Length > 0)
            AtMost("given_up_vs_oracle_bursts",
                within.Sum(burst => burst.GivenUp) / within.Sum(burst => burst.OracleGivenUp(BurstReport.OracleDelay)), "1", 1.2);
        AtMost("lost_or_labelled_twice_bursts", _auto.Select(burst => burst.Course).Distinct().Sum(course =>
            course.Lost + course.Duplicated), "documents", 0);
        if (_auto.Select(burst => burst.Cpu.NotInference).Max() is { } others)
            AtMost("cpu_of_steps_other_than_inference_in_bursts", others, "1", 0.15);
        AtMost("memory_after_a_burst_over_before", _auto.Max(burst => burst.Memory.After / burst.Memory.Before), "1", 1.05);
    }

    private void AtLeast(string figure, double value, string unit, double goal)
    {
        if (judged) report.AddFigureAtLeast(figure, value, unit, goal);
        else Plain(figure, value, unit);
    }

    private void AtMost(string figure, double value, string unit, double goal)
    {
        if (judged) report.AddFigureAtMost(figure, value, unit, goal);
        else Plain(figure, value, unit);
    }

    private void Plain(string figure, double value, string unit) => report.AddFigure(figure, value, unit);
}

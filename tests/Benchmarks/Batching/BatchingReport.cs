using Sluice.Inference.Batching;

namespace Benchmarks.Batching;

/// <summary>Tables and figures of <see cref="BatchingBenchmark"/>.</summary>
/// <param name="report">Receives them.</param>
/// <param name="results">What they tell.</param>
internal sealed class BatchingReport(BenchmarkReport report, BatchingResults results)
{
    private readonly bool _vnni = report.Machine.Kind.Contains("vnni", StringComparison.Ordinal);

    public void AddTables(string[] sets, PlannedServing planned, Neighbours neighbours)
    {
        IReadOnlyDictionary<(string Set, string Policy), Sample> few = results.Few;
        AddSpeeds("Documents a second, all cores, the first 64 documents of each set and 128 of the mix: median (min..max)", few, sets);
        AddSpeeds("Documents a second, all cores, all 512 documents: median (min..max)", results.All, sets);
        ReportTable ratio = report.AddTable("Times as fast as the best padded fp32 policy, few documents", ["policy", .. sets]);
        foreach (string policy in few.Keys.Where(key => key.Set == sets[0]).Select(key => key.Policy))
            ratio.AddRow([policy,
                .. sets.Select(set => (object)Math.Round(few[(set, policy)].Median / few.Where(result => result.Key.Set == set
                    && result.Key.Policy.StartsWith("padded fp32", StringComparison.Ordinal)).Max(result => result.Value.Median), 2))]);
        ReportTable close = report.AddTable(
            "Planned int8 as many times as fast as one by one, for the same processor time, in pairs of 64 documents: median (min..max)",
            ["queue", .. sets]);
        foreach (int queue in results.OneByOne.Keys.Select(key => key.Queue).Distinct())
            close.AddRow([queue, .. sets.Select(set => (object)results.OneByOne[(set, queue)])]);
        ReportTable oracle = report.AddTable(
            "Planned int8 as many times as fast as the oracle, for the same processor time, in pairs of the whole mix: median (min..max)",
            "queue", "of the oracle");
        foreach ((int queue, Sample share) in results.Oracle) oracle.AddRow(queue, share);
        ReportTable batches = report.AddTable("Planned int8 batches", "documents", "queue", "batches", "documents a batch",
            "would pad, %", "predicted / measured", "mean error, %", "the same again, %");
        foreach (var group in results.Records.GroupBy(record => (record.Set, record.Queue)))
        {
            BatchTotals last = group.Last().Record;
            batches.AddRow(group.Key.Set, group.Key.Queue, last.Batches, (double)last.Documents / last.Batches, 100 * last.PaddingRatio,
                last.PredictedMs / last.MeasuredMs, 100 * group.Average(one => one.Record.MeanError), group.Key.Set == DocumentSet.Mix
                    ? 100 * results.SameAgain[group.Key.Queue] : "-");
        }

        ReportTable latency = report.AddTable("Mix, Poisson arrivals: ms from arrival to label", "rate", "policy", "own load",
            "documents/s", "documents", "p50", "p99", "p99, 9 of 10 times", "mean wait");
        foreach (LatencyRow row in results.Latencies)
        {
            if (!row.IsServed) latency.AddRow(row.Rate, row.Policy, row.OwnLoad, row.PerSecond, 0, "grows", "grows", "-", "-");
            else latency.AddRow(row.Rate, row.Policy, row.OwnLoad, row.PerSecond, row.LatencyMs.Length, row.Percentile(0.5),
                row.Percentile(0.99), $"{row.Interval(0.99).Low:0}..{row.Interval(0.99).High:0}", row.WaitMs.Average());
        }

        ReportTable trials = report.AddTable(
            "Mix, Poisson arrivals at 70% of what was cleared just before: ms from arrival to label, p99",
            "planned clears", "the rival clears", "planned at its own 70%", "planned at the rival's", "the rival at its own", "rival");
        foreach (LatencyTrial trial in results.Trials)
            trials.AddRow(trial.Ours, trial.Rivals, trial.OwnMs, trial.SameMs, trial.RivalMs, trial.Rival.Policy);
        report.AddTable("Planning", "plans", "median ms", "99th percentile ms", "bytes allocated")
            .AddRow(planned.PlanMs.Count, planned.PlanMs.Order().ElementAt(planned.PlanMs.Count / 2),
                planned.PlanMs.Order().ElementAt(planned.PlanMs.Count * 99 / 100), planned.PlanBytes);
        report.AddTable("Other processes on the machine", "measurements", "attempts thrown away",
            "largest share of the cores in one that counts, %")
            .AddRow(neighbours.Measurements, neighbours.Repeated, 100 * neighbours.LargestShare);
    }

    /// <param name="planned">Knows how long plans took.</param>
    /// <param name="shareOfProducts">Of the int8 products' limit, reached by planned int8 on a set.</param>
    public void AddFigures(PlannedServing planned, Func<string, double> shareOfProducts)
    {
        Sample ours = results.Few[("mix", "packed int8, planned, queue 64")];
        foreach (int queue in new[] { 64, 512 })
            report.AddFigureAtLeast($"planned_int8_vs_todays_best_mix_queue_{queue}",
                On("mix", queue).Over(results.All[("mix", "padded fp32, best")]).Median, "1", _vnni ? 3.1 : 2.0);
        report.AddFigureAtLeast("planned_int8_vs_usual_mix", ours.Over(results.Few[("mix", "padded fp32, first-come 16")]).Median, "1",
            _vnni ? 7 : 4.3);
        foreach (int queue in new[] { 64, 512 })
            report.AddFigureAtLeast($"planned_int8_vs_best_dynamic_mix_queue_{queue}",
                On("mix", queue).Over(results.All[("mix", "padded dynamic int8, best")]).Median, "1", _vnni ? 1.4 : 1.2);
        report.AddFigureAtLeast("planned_int8_vs_dynamic_first_come_16_mix",
            ours.Over(results.Few[("mix", "padded dynamic int8, first-come 16")]).Median, "1", _vnni ? 3.5 : 2.8);
        string[] sets = [.. results.All.Keys.Select(key => key.Set).Distinct()];
        foreach (((string set, int queue), Sample ratio) in results.OneByOne)
            report.AddFigureAtLeast($"planned_int8_vs_one_by_one_{set}_queue_{queue}", ratio.Median, "1", 0.98);
        foreach ((int queue, Sample ratio) in results.Oracle)
        {
            report.AddFigureAtLeast($"planned_int8_vs_oracle_mix_queue_{queue}",
                On("mix", queue).Over(results.All[("mix", "packed int8, oracle")]).Median, "1", 0.97);
            report.AddFigureAtLeast($"planned_int8_vs_oracle_for_the_same_processor_time_mix_queue_{queue}", ratio.Median, "1", 0.97);
        }

        report.AddFigureAtMost("cost_model_mean_error_mix",
            results.Records.Where(record => record.Set == "mix").Average(record => record.Record.MeanError), "1", 0.06);
        double[] plans = [.. planned.PlanMs.Order()];
        report.AddFigureAtMost("planner_ms_worst_of_99_percent", plans[plans.Length * 99 / 100], "ms", 0.3);
        report.AddFigureAtMost("planner_share_of_cpu",
            planned.PlanMs.Sum() / (planned.PlanMs.Sum() + results.Records.Sum(record => record.Record.MeasuredMs)), "1", 0.01);
        report.AddFigureAtMost("p99_vs_best_dynamic_both_at_70_percent_of_its_capacity",
            Sample.Of(results.Trials.Select(trial => trial.SameMs / trial.RivalMs)).Median, "1", 0.5);
        report.AddFigureAtMost("p99_vs_best_dynamic_each_at_70_percent_of_its_own",
            Sample.Of(results.Trials.Select(trial => trial.OwnMs / trial.RivalMs)).Median, "1", 0.5);
        foreach (string set in sets)
            report.AddFigureAtLeast($"int8_teacher_share_of_product_limit_{set}", shareOfProducts(set), "1", _vnni ? 0.5 : 0.85);
        report.AddFigureAtMost("planner_bytes", planned.PlanBytes, "B", 0);
    }

    private void AddSpeeds(string title, IReadOnlyDictionary<(string Set, string Policy), Sample> speeds, string[] sets)
    {
        ReportTable speed = report.AddTable(title, ["policy", .. sets]);
        foreach (string policy in speeds.Keys.Where(key => key.Set == sets[^1]).Select(key => key.Policy))
            speed.AddRow([policy, .. sets.Select(set => speeds.TryGetValue((set, policy), out Sample? sample) ? (object)sample : "-")]);
    }

    private Sample On(string set, int queue) => results.All[(set, $"packed int8, planned, queue {queue}")];
}

using Sluice.Worker.Batching;

namespace Worker.Benchmarks.Batching;

/// <summary>Tables and figures of <see cref="BatchingBenchmark"/>.</summary>
internal sealed class BatchingReport(
    BenchmarkReport report, Dictionary<(string Set, string Policy), Sample> results, List<(string Set, int Queue, BatchRecord Record)> records, List<LatencyRow> latencies)
{
    private const string Planned = "packed int8, planned, 64 documents, queue 64";
    private readonly bool _vnni = report.Machine.Kind.Contains("vnni", StringComparison.Ordinal);

    public void AddTables(string[] sets, PlannedServing planned)
    {
        ReportTable speed = report.AddTable("Documents a second, all cores: median (min..max)", ["policy", .. sets]);
        ReportTable ratio = report.AddTable("Times as fast as the best padded fp32 policy", ["policy", .. sets]);
        foreach (string policy in results.Keys.Where(key => key.Set == sets[0]).Select(key => key.Policy))
        {
            speed.AddRow([policy, .. sets.Select(set => (object)results[(set, policy)])]);
            ratio.AddRow([policy, .. sets.Select(set => (object)Math.Round(results[(set, policy)].Median / Best(set, "padded fp32"), 2))]);
        }

        ReportTable batches = report.AddTable("Planned int8 batches", "documents", "queue", "batches", "documents a batch", "padding in attention, %", "predicted / measured", "mean error, %");
        foreach (var group in records.GroupBy(record => (record.Set, record.Queue)))
        {
            BatchRecord last = group.Last().Record;
            batches.AddRow(group.Key.Set, group.Key.Queue, last.Batches, (double)last.Documents / last.Batches, 100 * last.PaddingRatio, last.PredictedMs / last.MeasuredMs, 100 * last.MeanError);
        }

        ReportTable latency = report.AddTable("Mix, Poisson arrivals: ms from arrival to label", "policy", "load", "documents/s", "p50", "p99", "mean wait");
        foreach (LatencyRow row in latencies)
            latency.AddRow(row.Policy, row.Load, row.PerSecond, row.Percentile(0.5), row.Percentile(0.99), double.IsNaN(row.MeanWait) ? "-" : row.MeanWait);
        report.AddTable("Planning", "plans", "median ms", "99th percentile ms", "bytes allocated")
            .AddRow(planned.PlanMs.Count, planned.PlanMs.Order().ElementAt(planned.PlanMs.Count / 2), planned.PlanMs.Order().ElementAt(planned.PlanMs.Count * 99 / 100), planned.PlanBytes);
    }

    /// <param name="planned">Knows how long plans took.</param>
    /// <param name="shareOfProducts">Of the int8 products' limit, reached by planned int8 on the mix.</param>
    public void AddFigures(PlannedServing planned, double shareOfProducts)
    {
        double ours = results[("mix", Planned)].Median;
        report.AddFigureAtLeast("planned_int8_vs_todays_best_mix", ours / Best("mix", "padded fp32"), "1", _vnni ? 3.1 : 2.0);
        report.AddFigureAtLeast("planned_int8_vs_usual_mix", ours / results[("mix", "padded fp32, first-come 16")].Median, "1", _vnni ? 7 : 4.3);
        report.AddFigureAtLeast("planned_int8_vs_best_dynamic_mix", ours / Best("mix", "padded dynamic int8"), "1", _vnni ? 1.4 : 1.2);
        report.AddFigureAtLeast("planned_int8_vs_dynamic_first_come_16_mix", ours / results[("mix", "padded dynamic int8, first-come 16")].Median, "1", _vnni ? 3.5 : 2.8);
        string[] sets = [.. results.Keys.Select(key => key.Set).Distinct()];
        report.AddFigureAtLeast("planned_int8_vs_one_by_one_worst", sets.SelectMany(set => new[] { 8, 64, 512 }.Select(queue => On(set, queue) / results[(set, "packed int8, one by one, all")].Median)).Min(), "1", 0.98);
        report.AddFigureAtLeast("planned_int8_vs_oracle_mix_queue_64", On("mix", 64) / results[("mix", "packed int8, oracle")].Median, "1", 0.97);
        report.AddFigureAtLeast("planned_int8_vs_oracle_mix_queue_512", On("mix", 512) / results[("mix", "packed int8, oracle")].Median, "1", 0.97);
        report.AddFigureAtMost("cost_model_mean_error_mix", records.Where(record => record.Set == "mix").Average(record => record.Record.MeanError), "1", 0.06);
        double[] plans = [.. planned.PlanMs.Order()];
        report.AddFigureAtMost("planner_ms_worst_of_99_percent", plans[plans.Length * 99 / 100], "ms", 0.3);
        report.AddFigureAtMost("planner_share_of_cpu", planned.PlanMs.Sum() / (planned.PlanMs.Sum() + records.Sum(record => record.Record.MeasuredMs)), "1", 0.01);
        report.AddFigureAtMost("p99_at_70_percent_vs_dynamic", P99("packed int8, planned", 0.7) / P99("padded dynamic int8, one by one", 0.7), "1", 0.5);
        report.AddFigureAtLeast("int8_teacher_share_of_product_limit_mix", shareOfProducts, "1", _vnni ? 0.5 : 0.85);
        report.AddFigureAtMost("planner_bytes", planned.PlanBytes, "B", 0);
    }

    private double On(string set, int queue) => results[(set, $"packed int8, planned, queue {queue}")].Median;

    private double Best(string set, string kind) => results.Where(result => result.Key.Set == set && result.Key.Policy.StartsWith(kind, StringComparison.Ordinal)).Max(result => result.Value.Median);

    private double P99(string policy, double load) => latencies.Single(row => row.Policy == policy && row.Load == load).Percentile(0.99);
}

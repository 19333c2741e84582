using Benchmarks.Batching;

namespace Benchmarks.Students;

/// <summary>Tables, plots and figures of <see cref="StudentsBenchmark"/>.</summary>
internal sealed class StudentsReport(
    BenchmarkReport report,
    IReadOnlyDictionary<string,
        (IReadOnlyDictionary<string, ModeAccuracy> Int8, IReadOnlyDictionary<string, ModeAccuracy> Fp32)> accuracies,
    IReadOnlyDictionary<MeasuredMode, double> capacity,
    IReadOnlyDictionary<MeasuredMode, double[]> latency)
{
    private const double ToleratedFall = 0.1; // accuracy that rises with k may waver by a document of a thousand

    public void AddTables()
    {
        foreach ((string task, var found) in accuracies)
        {
            ReportTable table = report.AddTable(
                $"{task}: accuracy and agreement with the teacher on test, %; int8 as served, fp32 by the manifest",
                "mode", "right", "int8", "agreement", "ECE", "fp32", "agreement ");
            foreach ((string mode, ModeAccuracy int8) in found.Int8)
                table.AddRow(mode, $"{int8.Correct} of {int8.Total}", int8.Accuracy, int8.Agreement, int8.Ece, found.Fp32[mode].Accuracy,
                    found.Fp32[mode].Agreement);
        }

        foreach (var task in capacity.GroupBy(measured => measured.Key.Task))
        {
            string[] sets = [.. task.Select(measured => measured.Key.Set).Distinct()];
            ReportTable speed = report.AddTable($"{task.Key}: documents a second in planned batches, all cores", ["mode", .. sets]);
            foreach (string mode in task.Select(measured => measured.Key.Mode).Distinct())
            {
                speed.AddRow([mode, .. sets.Select(set =>
                    capacity.TryGetValue(new(task.Key, set, mode), out double value) ? (object)value : "-")]);
            }
        }

        ReportTable times = report.AddTable("One document at a time, all cores: ms", "model", "documents", "mode", "p50", "p99");
        foreach ((MeasuredMode measured, double[] ms) in latency)
            times.AddRow(measured.Task, measured.Set, measured.Mode, At(ms, 0.5), At(ms, 0.99));
    }

    public void AddFigures()
    {
        foreach ((string task, var found) in accuracies)
        {
            double teacher = found.Int8["teacher"].Accuracy;
            report.AddFigureAtMost($"full_group_below_teacher_{task}", teacher - found.Int8[Full(task)].Accuracy, "points", 0.5);
            report.AddFigureAtMost($"one_student_below_teacher_{task}", teacher - found.Int8["students:1"].Accuracy, "points",
                task == "mail" ? 1.0 : 2.0);
            double fall = Enumerable.Range(1, StudentsOf(task) - 1).Select(k =>
                found.Int8[$"students:{k}"].Accuracy - found.Int8[$"students:{k + 1}"].Accuracy).DefaultIfEmpty(0).Max();
            report.AddFigureAtMost($"largest_fall_with_k_{task}", Math.Max(0, fall), "points", ToleratedFall);
            report.AddFigureAtMost($"swift_below_teacher_{task}", teacher - found.Int8["swift"].Accuracy, "points", 3.5);
        }

        foreach ((string task, string set) in latency.Keys.Select(key => (key.Task, key.Set)).Distinct())
        {
            double full = Math.Min(P50(task, set, Full(task)), P50(task, set, $"{Full(task)}, one after another on all cores"));
            report.AddFigureAtLeast($"p50_todays_best_over_full_group_{task}_{set}", P50(task, set, "today, padded fp32") / full, "1", 4.1);
            report.AddFigureAtLeast($"p50_our_teacher_over_full_group_{task}_{set}", P50(task, set, "teacher") / full, "1", 2.5);
        }

        foreach ((string task, string set) in capacity.Keys.Where(key => key.Mode == StudentsBenchmark.Usual).Select(key =>
            (key.Task, key.Set)))
        {
            double swift = capacity[new(task, set, "swift")];
            double best = capacity.Where(measured => measured.Key.Task == task
                && measured.Key.Mode.StartsWith(StudentsBenchmark.TodayPrefix, StringComparison.Ordinal)).Max(measured => measured.Value);
            report.AddFigureAtLeast($"swift_capacity_vs_our_teacher_{task}_{set}", swift / capacity[new(task, set, "teacher")], "1", 9);
            report.AddFigureAtLeast($"swift_capacity_vs_todays_best_{task}_{set}", swift / best, "1", 28);
            report.AddFigureAtLeast($"swift_capacity_vs_usual_{task}_{set}", swift / capacity[new(task, set, StudentsBenchmark.Usual)],
                "1", 55);
        }
    }

    /// <summary>Accuracy against capacity, and latency against k, out of characters.</summary>
    public IEnumerable<string> Plots()
    {
        foreach ((string task, var found) in accuracies)
        {
            string set = capacity.ContainsKey(new(task, DocumentSet.Mix, "teacher"))
                ? DocumentSet.Mix
                : capacity.Keys.First(key => key.Task == task).Set;
            var points = found.Int8.Select(mode => (mode.Key, capacity[new(task, set, mode.Key)], mode.Value.Accuracy)).ToList();
            foreach (string line in Curve.Plot(points, $"documents/s, {set}", $"{task}: accuracy on test, %, int8")) yield return line;
        }

        foreach ((string task, string set) in latency.Keys.Select(key => (key.Task, key.Set)).Distinct())
        {
            var times = Enumerable.Range(1, StudentsOf(task)).Select(k =>
                ($"k = {k}", (double)k, P50(task, set, $"students:{k}"))).ToList();
            foreach (string line in Curve.Plot(times, "students", $"{task}: p50 of one document of {set}, ms, side by side"))
                yield return line;
        }
    }

    private string Full(string task) => $"students:{StudentsOf(task)}";

    private int StudentsOf(string task) => accuracies[task].Int8.Keys.Count(mode => mode.StartsWith("students:", StringComparison.Ordinal));

    private double P50(string task, string set, string mode) => At(latency[new(task, set, mode)], 0.5);

    private static double At(double[] sorted, double share) => sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
}

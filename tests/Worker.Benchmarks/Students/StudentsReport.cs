namespace Worker.Benchmarks.Students;

/// <summary>Tables, plots and figures of <see cref="StudentsBenchmark"/>.</summary>
internal sealed class StudentsReport(
    BenchmarkReport report,
    int students,
    IReadOnlyDictionary<string, (IReadOnlyDictionary<string, ManifestAccuracy> Int8, IReadOnlyDictionary<string, ManifestAccuracy> Fp32)> accuracies,
    IReadOnlyDictionary<(string Set, string Mode), double> capacity,
    IReadOnlyDictionary<(string Set, string Mode), double[]> latency)
{
    private const double ToleratedFall = 0.1; // accuracy that rises with k may waver by a document of a thousand

    private string Full => $"students:{students}";

    public void AddTables()
    {
        foreach ((string task, var found) in accuracies)
        {
            ReportTable table = report.AddTable($"{task}: accuracy and agreement with the teacher on test, %", "mode", "int8", "agreement", "ECE", "fp32", "agreement ");
            foreach ((string mode, ManifestAccuracy int8) in found.Int8)
                table.AddRow(mode, int8.Accuracy, int8.Agreement, int8.Ece, found.Fp32[mode].Accuracy, found.Fp32[mode].Agreement);
        }

        string[] sets = [.. capacity.Keys.Select(key => key.Set).Distinct()];
        ReportTable speed = report.AddTable("Documents a second in planned batches, all cores", ["mode", .. sets]);
        foreach (string mode in capacity.Keys.Select(key => key.Mode).Distinct())
            speed.AddRow([mode, .. sets.Select(set => capacity.TryGetValue((set, mode), out double value) ? (object)value : "-")]);
        ReportTable times = report.AddTable("One document at a time, all cores: ms", "documents", "mode", "p50", "p99");
        foreach (((string set, string mode), double[] ms) in latency) times.AddRow(set, mode, At(ms, 0.5), At(ms, 0.99));
    }

    public void AddFigures()
    {
        foreach ((string task, var found) in accuracies)
        {
            double teacher = found.Int8["teacher"].Accuracy;
            report.AddFigureAtMost($"full_group_below_teacher_{task}", teacher - found.Int8[Full].Accuracy, "points", 0.5);
            report.AddFigureAtMost($"one_student_below_teacher_{task}", teacher - found.Int8["students:1"].Accuracy, "points", task == "mail" ? 1.0 : 2.0);
            double fall = Enumerable.Range(1, students - 1).Select(k => found.Int8[$"students:{k}"].Accuracy - found.Int8[$"students:{k + 1}"].Accuracy).DefaultIfEmpty(0).Max();
            report.AddFigureAtMost($"largest_fall_with_k_{task}", Math.Max(0, fall), "points", ToleratedFall);
            report.AddFigureAtMost($"swift_below_teacher_{task}", teacher - found.Int8["swift"].Accuracy, "points", 3.5);
        }

        foreach (string set in latency.Keys.Select(key => key.Set).Distinct())
        {
            double full = Math.Min(P50(set, Full), P50(set, $"{Full}, one after another on all cores"));
            report.AddFigureAtLeast($"p50_todays_best_over_full_group_{set}", P50(set, "today, padded fp32") / full, "1", 4.1);
            report.AddFigureAtLeast($"p50_our_teacher_over_full_group_{set}", P50(set, "teacher") / full, "1", 2.5);
        }

        double swift = capacity[("mix", "swift")];
        report.AddFigureAtLeast("swift_capacity_vs_our_teacher_mix", swift / capacity[("mix", "teacher")], "1", 9);
        report.AddFigureAtLeast("swift_capacity_vs_todays_best_mix", swift / new[] { "one by one", "sorted 16", "first-come 8", "first-come 16" }.Max(policy => capacity[("mix", $"today, {policy}")]), "1", 28);
        report.AddFigureAtLeast("swift_capacity_vs_usual_mix", swift / capacity[("mix", "today, first-come 16")], "1", 55);
    }

    /// <summary>Accuracy against capacity, and latency against k, out of characters.</summary>
    public IEnumerable<string> Plots()
    {
        foreach ((string task, var found) in accuracies)
        {
            var points = found.Int8.Select(mode => (mode.Key, capacity[("mix", mode.Key)], mode.Value.Accuracy)).ToList();
            foreach (string line in Curve.Plot(points, "documents/s on the mix", $"{task}: accuracy on test, %, int8")) yield return line;
        }

        var times = Enumerable.Range(1, students).Select(k => ($"k = {k}", (double)k, P50("sst2", $"students:{k}"))).ToList();
        foreach (string line in Curve.Plot(times, "students", "p50 of one sentence, ms, side by side")) yield return line;
    }

    private double P50(string set, string mode) => At(latency[(set, mode)], 0.5);

    private static double At(double[] sorted, double share) => sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
}

using Benchmarks.Batching;
using Benchmarks.Students;
using Sluice.Inference.Modes;

namespace Benchmarks.Gpu;

/// <summary>Documents a second with everything waiting: our modes in planned batches against the teacher as a padded graph in first-come
/// and sorted batches.</summary>
/// <remarks>First everything once, which chooses threads, budget and policy of each; then the chosen ones in rounds, in turns, whose ratios
/// count.</remarks>
internal static class CapacitySection
{
    private const int Documents = 1536, FewDocuments = 12, LeastRounds = 3;
    private const double TrialShare = 0.55;
    private const string FirstCome = "first-come 16";

    public static void Measure(GpuRun run, TimeShare share)
    {
        DocumentSet[] sets = DocumentSet.All(run.Bundle.CreateTokenizer(), run.Asked.Texts, run.OnGpu ? 512 : 48);
        int[][] mix = [.. sets[^1].Documents.Select(ids => ids[..int.Min(ids.Length, run.Bundle.Identity.MaxTokens)])];
        int[][] documents = run.OnGpu ? [.. Enumerable.Range(0, Documents).Select(place => mix[place % mix.Length])]
            : [.. mix.Where(ids => ids.Length <= 128).Take(FewDocuments)];
        run.Report.AddVersion("capacity is measured on",
            $"{documents.Length} documents of the mix, {documents.Average(ids => ids.Length):0} tokens on average, all waiting");
        using Contenders contenders = new(run, documents);
        ReportTable trials = run.Report.AddTable("Everything once: documents a second", "model", "policy", "inference threads",
            "documents/s");
        Contender[] chosen = [.. Choose(run, contenders.All(), share.Part(TrialShare), share, trials)];
        if (chosen.Length == 0) return;
        ReportTable speeds = run.Report.AddTable("The chosen ones in turns: documents a second", "model", "policy", "inference threads",
            "documents/s");
        ReportTable ratios = run.Report.AddTable("The same: times as fast as the padded fp32 teacher", "model", "policy",
            "its first-come 16", "its best policy");
        double aRound = chosen.Sum(one => one.Seconds);
        int rounds = int.Clamp((int)(share.Left.TotalSeconds / aRound), 1, run.OnGpu ? int.Max(LeastRounds, run.Asked.Rounds) : 1);
        if (rounds < LeastRounds && run.OnGpu) share.Has($"rounds but {rounds}", TimeSpan.MaxValue);
        Sample[] samples = InterleavedRounds.Run(rounds, [.. chosen.Select(one => new Contestant(one.Name, one.Measure))], run.Cancel,
            warmUp: false);
        Sample? usual = Of("padded fp32", one => one.Policy == FirstCome);
        Sample? best = Best("padded fp32");
        foreach ((Contender one, Sample sample) in chosen.Zip(samples))
        {
            speeds.AddRow(one.Model, one.Policy, one.Threads, sample);
            ratios.AddRow(one.Model, one.Policy, usual is null ? "-" : sample.Over(usual), best is null ? "-" : sample.Over(best));
        }

        LadderTable.Add(
            run.Report,
            run.Modes(run.Served).Select(mode => (Mode: mode, Speed: Best($"{mode.Name} {mode.Precision.Name()}")))
                .Where(one => one.Speed is not null).ToDictionary(one => one.Mode, one => one.Speed!),
            ManifestAccuracy.TryRead(run.Bundle.Directory, "fp32", "test"));
        AddFigures();

        Sample? Of(string model, Func<Contender, bool> which) =>
            Array.FindIndex(chosen, one => one.Model == model && which(one)) is >= 0 and var place ? samples[place] : null;

        Sample? Best(string model) => chosen.Zip(samples).Where(one => one.First.Model == model).Select(one => one.Second)
            .MaxBy(sample => sample.Median);

        void AddFigures()
        {
            string precision = run.Served.Name();
            if (Best($"teacher {precision}") is not { } teacher) return;
            string ours = $"planned_{precision}_teacher";
            if (usual is not null) run.AddAtLeast($"{ours}_vs_padded_fp32_first_come_16", teacher.Over(usual).Median, "1", 5);
            if (best is not null) run.AddAtLeast($"{ours}_vs_padded_fp32_best", teacher.Over(best).Median, "1", 2);
            if (Best("padded fp16") is { } half)
                run.Report.AddFigure($"{ours}_vs_padded_fp16_best", teacher.Over(half).Median, "1");
            if (Best($"swift {precision}") is { } swift)
                run.AddAtLeast($"swift_vs_{ours}", swift.Over(teacher).Median, "1", 8);
        }
    }

    /// <summary>Tries each model's ways, the more promising first, and gives the best of each; of the padded ones first-come 16 as well. A
    /// reason for which ways of a model fail is one fault, whatever their number.</summary>
    /// <param name="run">Where faults are told.</param>
    /// <param name="ways">All of them, one model's after another.</param>
    /// <param name="part">Time for the trials.</param>
    /// <param name="share">Where what there is no time for is noted.</param>
    /// <param name="trials">Gets a row for each.</param>
    internal static IEnumerable<Contender> Choose(GpuRun run, IEnumerable<Contender> ways, TimeShare part, TimeShare share,
        ReportTable trials)
    {
        IGrouping<string, Contender>[] models = [.. ways.GroupBy(one => one.Model)];
        for (int next = 0; next < models.Length; next++)
        {
            IGrouping<string, Contender> model = models[next];
            TimeShare own = part.Part(1.0 / (models.Length - next));
            List<(Contender One, double Speed)> tried = [];
            List<(Contender One, string Why)> failed = [];
            foreach (Contender one in model)
            {
                run.Cancel.ThrowIfCancellationRequested();
                if (tried.Count > 0 && own.Left == TimeSpan.Zero)
                {
                    share.Has($"trial of {one.Name} with {one.Threads}", TimeSpan.MaxValue);
                    continue;
                }

                try
                {
                    double speed = one.Try();
                    tried.Add((one, speed));
                    trials.AddRow(one.Model, one.Policy, one.Threads, speed);
                }
                catch (Exception fault) when (GpuRun.IsRefusal(fault))
                {
                    failed.Add((one, GpuRun.OneLine(fault)));
                    trials.AddRow(one.Model, one.Policy, one.Threads, "failed");
                }
            }

            foreach (IGrouping<string, Contender> alike in failed.GroupBy(one => one.Why, one => one.One))
                run.Report.AddFault($"capacity of {model.Key}, {Named([.. alike], model.Count())}: {alike.Key}");

            if (tried.Count == 0) continue;
            Contender best = tried.MaxBy(one => one.Speed).One;
            yield return best;
            if (model.Key.StartsWith("padded", StringComparison.Ordinal) && best.Policy != FirstCome
                && tried.Where(one => one.One.Policy == FirstCome).Select(one => one.One).ToArray() is { Length: > 0 } usual)
                yield return usual.MaxBy(one => tried.First(other => other.One == one).Speed)!;
        }
    }

    private static string Named(Contender[] ways, int all) => ways.Length == all && all > 1 ? "in every way"
        : string.Join("; ", ways.GroupBy(one => one.Policy).Select(
            policy => $"{policy.Key} with {string.Join(", ", policy.Select(one => one.Threads))} threads"));
}

using System.Text.Json;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Students;

namespace FunctionalTests.Inference;

/// <summary>
/// What the trained bundles that have students promise of them: size, figures of every prefix, and int8 students that answer as the float
/// ones.
/// </summary>
public sealed class TrainedStudentsTests
{
    private const long MostBytes = 60_000_000;

    private static readonly string[] Bundles =
        [.. StudentGroupTests.Bundles.Select(row => row.Data).Where(name => name != Path.GetFileName(Models.Tiny))];

    [Fact]
    public void A_bundle_with_teacher_and_students_stays_under_60_megabytes() =>
        Assert.All(Bundles,
            name => Assert.InRange(new DirectoryInfo(Models.FolderOf(name)).EnumerateFiles().Sum(file => file.Length), 1, MostBytes));

    [Fact]
    public void The_manifest_has_accuracy_agreement_and_calibration_of_every_mode_on_dev_and_test() => Assert.All(Bundles, HasFigures);

    [Fact]
    public void Int8_students_give_nearly_all_documents_the_label_of_the_float_ones() => Assert.All(Bundles, Agrees);

    private static void HasFigures(string name)
    {
        JsonElement students = Manifest(name).GetProperty("students");
        JsonElement[] prefixes = [.. students.GetProperty("prefixes").EnumerateArray()];
        Assert.Equal(Enumerable.Range(1, students.GetProperty("count").GetInt32()),
            prefixes.Select(prefix => prefix.GetProperty("students").GetInt32()));
        foreach (JsonElement mode in (JsonElement[])[.. prefixes, students.GetProperty("swift"), students.GetProperty("teacher")])
        {
            foreach (string precision in (string[])["fp32", "int8"])
            {
                foreach (string part in (string[])["dev", "test"])
                {
                    JsonElement figures = mode.GetProperty(precision).GetProperty(part);
                    int total = figures.GetProperty("total").GetInt32();
                    Assert.InRange(total, 1, int.MaxValue);
                    Assert.Equal(figures.GetProperty("correct").GetInt32() / (double)total, figures.GetProperty("accuracy").GetDouble(),
                        1e-5);
                    Assert.Equal(figures.GetProperty("agrees").GetInt32() / (double)total, figures.GetProperty("agreement").GetDouble(),
                        1e-5);
                    Assert.InRange(figures.GetProperty("ece").GetDouble(), 0, 1);
                }
            }
        }
    }

    private static void Agrees(string name)
    {
        ModelBundle bundle = ModelBundle.Load(Models.FolderOf(name));
        int all = bundle.Manifest.StudentCount;
        using var group = new StudentGroupEngine(StudentGroup.Load(bundle, Precision.Int8, all, new EngineOptions()),
            bundle.Manifest.Encoder.MaxPositions, new HelperThreads(1));
        int[][] documents = [.. Lines(name, "golden.jsonl").Take(60).Select(line =>
            line.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()).ToArray())];
        float[][] expected = [.. Lines(name, "golden.students.jsonl").Take(60).Select(line =>
            line.GetProperty("prefixes")[all - 1].EnumerateArray().Select(x => x.GetSingle()).ToArray())];
        int same = documents.Zip(expected).Count(pair => Label(Logits(group, pair.First)) == Label(pair.Second));
        Assert.InRange(same, 57, documents.Length);
    }

    private static float[] Logits(StudentGroupEngine group, int[] ids)
    {
        using var batch = new PackedBatch<int>(1, ids.Length);
        batch.TryAdd(0, ids);
        batch.Seal();
        var logits = new float[group.Model.Labels.Count];
        group.Run(batch.Tensors, logits);
        return logits;
    }

    private static int Label(float[] logits) => logits.IndexOf(logits.Max());

    private static JsonElement Manifest(string name) =>
        JsonElement.Parse(File.ReadAllText(Path.Combine(Models.FolderOf(name), "manifest.json")));

    private static IEnumerable<JsonElement> Lines(string name, string file) =>
        File.ReadLines(Path.Combine(Models.FolderOf(name), file)).Select(line => JsonElement.Parse(line));
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Worker.Configuration;
using Sluice.Worker.Control;
using Sluice.Worker.InFlight;

namespace Worker.Tests.Configuration;

/// <summary>Whatever the bundle, the settings, the headers, the machine and the present mode: from manifest to the mode of a batch.
/// </summary>
public sealed class FloorProperties
{
    private static readonly Manifest Mail = ManifestReader.Read(Path.Combine(RepositoryRoot.Find(), "models", "mail"));

    [Fact]
    public void No_document_is_run_in_a_mode_below_its_floor() => Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
    {
        Random random = new(seed);
        Manifest manifest = Bundle(random);
        ControlOptions control = new()
        {
            Floor = random.Next(2) == 0 ? "" : Floor(random),
            TopicFloors = random.Next(2) == 0 ? [] : new() { ["contracts"] = Floor(random), ["logs"] = Floor(random) },
            FloorHeader = random.Next(4) == 0 ? "" : "floor",
        };
        LadderChoice choice = LadderChoice.Of(manifest, Precision.Int8, control)!;
        Mode[] loaded = [.. choice.Ladder.Rungs.Select(rung => rung.Mode)];
        CurrentMode current = new(loaded, loaded[0]);
        double best = choice.Ladder.Rungs.Max(rung => rung.Accuracy);
        for (int document = 0; document < 50; document++)
        {
            if (random.Next(3) == 0) current.Rank([.. loaded.Select(_ => random.Next(8) == 0 ? 0 : 1000 * random.NextDouble())]);
            current.Set(loaded[random.Next(loaded.Length)]);
            string topic = new[] { "mails", "contracts", "logs" }[random.Next(3)];
            string[] headers = [.. Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(6) == 0 ? "nonsense" : Floor(random))];
            Mode run = current.Snapshot.For(choice.Floors.Of(Record(topic, headers), out bool _));
            string[] asked = [control.TopicFloors.GetValueOrDefault(topic, control.Floor), .. control.FloorHeader == "" ? [] : headers];
            // What nothing meets, or is no floor, asks for the best there is; students may be better than their teacher.
            double least = asked.Max(text => text == "" ? 0 : Accuracy(manifest, text) is { } of && of <= best ? of : best);
            Assert.True(StatedAccuracy.Of(manifest, run) >= least,
                $"{run} ({StatedAccuracy.Of(manifest, run)}) of {choice} for {topic}, {string.Join(", ", asked)}: {least}");
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    /// <summary>By the words of the configuration page: a mode's own accuracy, or the number itself.</summary>
    private static double? Accuracy(Manifest manifest, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number
            : Mode.TryParse(text, Precision.Int8) is { } mode ? StatedAccuracy.Of(manifest, mode) : null;

    private static string Floor(Random random) => random.Next(3) switch
    {
        0 => new[] { "teacher", "swift", "students:1", "students:2", "students:3", "students:4" }[random.Next(6)],
        1 => (0.9 + (random.Next(101) / 1000.0)).ToString(CultureInfo.InvariantCulture),
        _ => (random.Next(1001) / 1000.0).ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>One to four students and a swift one, each right as often as it happens.</summary>
    private static Manifest Bundle(Random random)
    {
        int students = random.Next(1, 5);
        Mode[] modes = [Mode.Teacher(Precision.Int8), Mode.Swift(Precision.Int8),
            .. Enumerable.Range(1, students).Select(count => Mode.Students(count, Precision.Int8))];
        return Mail with
        {
            Graphs = modes.SelectMany(GraphRole.Of).Distinct().ToDictionary(
                role => role, _ => (IReadOnlyDictionary<string, string>)new Dictionary<string, string> { ["int8"] = "a.onnx" }),
            Students = new Manifest.StudentsSection(students,
                Json(Enumerable.Range(1, students).Select(count => new { students = count, int8 = Right() })),
                Json(new { int8 = Right() }), Json(new { int8 = Right() })),
        };

        object Right() => new { test = new { correct = 900 + random.Next(101), total = 1000 } };
    }

    private static JsonElement Json(object value) => JsonSerializer.SerializeToElement(value);

    private static Envelope Record(string topic, string[] floors) => new(new SourceOffset(new SourcePartition(topic, 0), 0, 7), null,
        [.. floors.Select(floor => new RecordHeader("floor", Encoding.UTF8.GetBytes(floor)))], null);
}

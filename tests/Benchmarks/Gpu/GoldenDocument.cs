using System.Text.Json;
using Sluice.Inference.Modes;

namespace Benchmarks.Gpu;

/// <summary>A document of a bundle's golden.jsonl, with what the training program's own arithmetic gave.</summary>
/// <param name="Ids">Its tokens, [CLS] first.</param>
/// <param name="Logits">The teacher's in fp32.</param>
/// <param name="Prefixes">Those of the first one, two, ... students; empty where the bundle has none.</param>
/// <param name="Swift">The swift student's; null where there is none.</param>
internal sealed record GoldenDocument(int[] Ids, float[] Logits, float[][] Prefixes, float[]? Swift)
{
    /// <summary>All of a bundle's, in their order.</summary>
    /// <exception cref="BenchmarkInputException">The bundle has none.</exception>
    public static GoldenDocument[] Read(string bundle)
    {
        string path = Path.Combine(bundle, "golden.jsonl"), students = Path.Combine(bundle, "golden.students.jsonl");
        if (!File.Exists(path)) throw new BenchmarkInputException($"{path} is missing; `./sluice train export` writes it with the bundle.");
        Teacher[] teacher = [.. Lines<Teacher>(path)];
        Students[] others = File.Exists(students) ? [.. Lines<Students>(students)] : [];
        return [.. teacher.Select((line, place) => place < others.Length
            ? new GoldenDocument(line.Ids, line.Logits, others[place].Prefixes, others[place].Swift)
            : new GoldenDocument(line.Ids, line.Logits, [], null))];
    }

    /// <summary>What a mode should give in fp32; null where the file does not say.</summary>
    public float[]? Of(Mode mode) => mode.Kind switch
    {
        ModeKind.Teacher => Logits,
        ModeKind.Students => Prefixes.ElementAtOrDefault(mode.StudentCount - 1),
        _ => Swift,
    };

    private static IEnumerable<T> Lines<T>(string path) =>
        File.ReadLines(path).Select(line => JsonSerializer.Deserialize<T>(line, JsonSerializerOptions.Web)!);

    private sealed record Teacher(int[] Ids, float[] Logits);

    private sealed record Students(float[][] Prefixes, float[]? Swift);
}

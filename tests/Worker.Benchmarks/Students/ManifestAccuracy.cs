using System.Text.Json;

namespace Worker.Benchmarks.Students;

/// <summary>What a bundle's manifest says of a mode: counted over the exported graphs when it was written.</summary>
/// <param name="Correct">Right labels.</param>
/// <param name="Agrees">Labels that are the teacher's.</param>
/// <param name="Total">Documents.</param>
/// <param name="Ece">Expected calibration error, 15 bins.</param>
internal sealed record ManifestAccuracy(int Correct, int Agrees, int Total, double Ece)
{
    public double Accuracy => 100.0 * Correct / Total;

    public double Agreement => 100.0 * Agrees / Total;

    /// <summary>Of each mode in the order of cost: swift, students:1..N, teacher.</summary>
    public static IReadOnlyDictionary<string, ManifestAccuracy> Read(string bundle, string precision, string part)
    {
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(bundle, "manifest.json")));
        JsonElement students = manifest.RootElement.GetProperty("students");
        var found = new Dictionary<string, ManifestAccuracy> { ["swift"] = Of(students.GetProperty("swift"), precision, part) };
        foreach (JsonElement prefix in students.GetProperty("prefixes").EnumerateArray())
            found[$"students:{prefix.GetProperty("students").GetInt32()}"] = Of(prefix, precision, part);
        found["teacher"] = Of(students.GetProperty("teacher"), precision, part);
        return found;
    }

    private static ManifestAccuracy Of(JsonElement mode, string precision, string part)
    {
        JsonElement counts = mode.GetProperty(precision).GetProperty(part);
        return new ManifestAccuracy(counts.GetProperty("correct").GetInt32(), counts.GetProperty("agrees").GetInt32(), counts.GetProperty("total").GetInt32(), counts.GetProperty("ece").GetDouble());
    }
}

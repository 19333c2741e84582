using System.Text.Json;

namespace Benchmarks.Students;

/// <summary>What a bundle's manifest says of its modes: counted over the exported graphs when it was written.</summary>
internal static class ManifestAccuracy
{
    /// <summary>Of each mode in the order of cost: swift, students:1..N, teacher.</summary>
    public static IReadOnlyDictionary<string, ModeAccuracy> Read(string bundle, string precision, string part)
    {
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(bundle, "manifest.json")));
        JsonElement students = manifest.RootElement.GetProperty("students");
        var found = new Dictionary<string, ModeAccuracy> { ["swift"] = Of(students.GetProperty("swift"), precision, part) };
        foreach (JsonElement prefix in students.GetProperty("prefixes").EnumerateArray())
            found[$"students:{prefix.GetProperty("students").GetInt32()}"] = Of(prefix, precision, part);
        found["teacher"] = Of(students.GetProperty("teacher"), precision, part);
        return found;
    }

    /// <summary>The same; empty where the manifest has no such counts, as that of a bundle made for a test.</summary>
    public static IReadOnlyDictionary<string, ModeAccuracy> TryRead(string bundle, string precision, string part)
    {
        try
        {
            return Read(bundle, precision, part);
        }
        catch (KeyNotFoundException)
        {
            return new Dictionary<string, ModeAccuracy>();
        }
    }

    private static ModeAccuracy Of(JsonElement mode, string precision, string part)
    {
        JsonElement counts = mode.GetProperty(precision).GetProperty(part);
        return new ModeAccuracy(counts.GetProperty("correct").GetInt32(), counts.GetProperty("agrees").GetInt32(),
            counts.GetProperty("total").GetInt32(), counts.GetProperty("ece").GetDouble());
    }
}

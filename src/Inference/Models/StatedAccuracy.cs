using System.Text.Json;
using Sluice.Inference.Modes;

namespace Sluice.Inference.Models;

/// <summary>What a manifest says of how often each mode is right: counted over the exported graphs on the test part when it was written.
/// </summary>
/// <remarks>The sections are for people, so one of another form says nothing here, and no bundle is refused for it.</remarks>
internal static class StatedAccuracy
{
    /// <summary>The share of right labels, 0..1; null where the manifest says nothing of the mode.</summary>
    /// <remarks>fp16 has the figure of fp32 where it has none of its own: it runs over the same weights, and what a GPU labels otherwise
    /// is held under 0.5% (docs/gpu.md).</remarks>
    public static double? Of(Manifest manifest, Mode mode) => Of(manifest, mode, mode.Precision)
        ?? (mode.Precision == Precision.Fp16 ? Of(manifest, mode, Precision.Fp32) : null);

    private static double? Of(Manifest manifest, Mode mode, Precision precision) => mode.Kind switch
    {
        ModeKind.Teacher => Share(manifest.Students?.Teacher, precision) ?? Share(manifest.Accuracy, precision),
        ModeKind.Swift => Share(manifest.Students?.Swift, precision),
        _ => Prefix(manifest.Students?.Prefixes, mode.StudentCount) is { } prefix ? Share(prefix, precision) : null,
    };

    private static JsonElement? Prefix(JsonElement? prefixes, int students)
    {
        if (prefixes is not { ValueKind: JsonValueKind.Array } list) return null;
        foreach (JsonElement prefix in list.EnumerateArray())
            if (Count(prefix, "students") == students) return prefix;
        return null;
    }

    private static double? Share(JsonElement? section, Precision precision) =>
        Member(Member(section, precision.Name()), "test") is { } test
            && Count(test, "correct") is { } correct && Count(test, "total") is { } total && correct >= 0 && total > 0 && correct <= total
            ? (double)correct / total : null;

    private static long? Count(JsonElement? section, string name) =>
        Member(section, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out long count) ? count : null;

    private static JsonElement? Member(JsonElement? section, string name) =>
        section is { ValueKind: JsonValueKind.Object } known && known.TryGetProperty(name, out JsonElement member) ? member : null;
}

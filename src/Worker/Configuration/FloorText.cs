using System.Globalization;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;

namespace Sluice.Worker.Configuration;

/// <summary>A floor as people write it: a mode (<c>students:1</c>) or an accuracy (<c>0.985</c>).</summary>
internal static class FloorText
{
    /// <summary>Whether it is written as one; no bundle need have it.</summary>
    public static bool IsFloor(string text) => Number(text) is not null || Mode.TryParse(text, Precision.Int8) is not null;

    /// <summary>The least share of right labels that it asks for, 0..1; null where it is no floor, or a mode of which the manifest says
    /// nothing.</summary>
    public static double? AccuracyOf(string text, Manifest manifest, Precision precision) => Number(text)
        ?? (Mode.TryParse(text, precision) is { } mode && manifest.LackedBy(mode) is null ? StatedAccuracy.Of(manifest, mode) : null);

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double accuracy)
            && accuracy is >= 0 and <= 1 ? accuracy : null;
}

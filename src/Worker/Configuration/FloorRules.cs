using Sluice.Inference.Models;
using Sluice.Inference.Modes;

namespace Sluice.Worker.Configuration;

/// <summary>What must hold of floors, by themselves and beside the bundle; each fault is one sentence.</summary>
internal static class FloorRules
{
    /// <summary>How they are written.</summary>
    public static IEnumerable<string> Of(ControlOptions options) =>
        from floor in All(options)
        where !FloorText.IsFloor(floor.Text)
        select $"{floor.Setting} is {Shown.Misread(floor.Text, ["teacher", "swift", "students:1"])}; give a mode (teacher, students:K, "
            + "swift) or an accuracy from 0 to 1, such as 0.985.";

    /// <summary>Whether the bundle has a mode that meets them.</summary>
    public static IEnumerable<string> Between(ModelOptions model, ControlOptions options)
    {
        (string Setting, string Text)[] floors = [.. All(options)];
        if (floors.Length == 0 || model.TryRead() is not { } manifest) yield break; // the bundle's own fault is told when it is loaded
        Precision precision = model.ServedMode.Precision;
        Mode[] used = model.Auto is null ? [model.ServedMode]
            : [.. LadderChoice.Of(manifest, precision, new ControlOptions())!.Ladder.Rungs.Select(rung => rung.Mode)]; // without floors
        string modes = string.Join(", ", used.Select(mode => $"{mode.Name} {StatedAccuracy.Of(manifest, mode)?.ToString("0.0000",
            System.Globalization.CultureInfo.InvariantCulture) ?? "(of unknown accuracy)"}"));
        foreach ((string setting, string text) in floors)
        {
            if (model.Auto is null && text == model.ServedMode.Name) continue; // whatever its accuracy
            double? least = FloorText.AccuracyOf(text, manifest, precision);
            if (least is null)
                yield return $"{setting} is '{text}', of whose accuracy the bundle's manifest says nothing; there are {modes}.";
            else if (!used.Any(mode => StatedAccuracy.Of(manifest, mode) >= least))
                yield return $"{setting} is '{text}', which no mode meets; there are {modes}. "
                    + (model.Auto is null ? "Lower the floor, or leave Sluice:Model:Mode out." : "Lower the floor.");
        }
    }

    private static IEnumerable<(string Setting, string Text)> All(ControlOptions options)
    {
        if (options.Floor.Length > 0) yield return ($"{ControlOptions.Section}:Floor", options.Floor);
        foreach ((string topic, string text) in options.TopicFloors)
            yield return ($"{ControlOptions.Section}:TopicFloors:{topic}", text);
    }
}

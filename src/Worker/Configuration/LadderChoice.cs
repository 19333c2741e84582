using System.Globalization;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Worker.Control;

namespace Sluice.Worker.Configuration;

/// <summary>What the lag chooses among, by the bundle's manifest and the floors, before anything is loaded. Immutable.</summary>
/// <param name="Ladder">The modes that may be used.</param>
/// <param name="Floors">The least that documents may be labelled with.</param>
/// <param name="LeftOut">Modes of the bundle that are not loaded, each with the reason:
/// <c>students:2 (no more accurate than students:1)</c>.</param>
internal sealed record LadderChoice(ModeLadder Ladder, Floors Floors, IReadOnlyList<string> LeftOut)
{
    /// <summary>Null where there is nothing to choose: the bundle has no students, or its manifest does not say how accurate the teacher
    /// is.</summary>
    /// <param name="manifest">The bundle's.</param>
    /// <param name="precision">What all modes run in.</param>
    /// <param name="control">The floors. One that no mode meets counts as the strictest here; <see cref="FloorRules"/> refuses it.</param>
    public static LadderChoice? Of(Manifest manifest, Precision precision, ControlOptions control)
    {
        if (Candidates(manifest, precision) is not { } candidates) return null;
        List<string> leftOut = [];
        ModeLadder all = new(Useful(candidates, manifest, leftOut));
        Floors floors = FloorsOf(all, manifest, precision, control);
        ModeLadder reached = new(all.Rungs.Take(floors.Lowest + 1));
        leftOut.AddRange(all.Rungs.Skip(floors.Lowest + 1).Select(rung => $"{rung.Mode.Name} (below every floor)"));
        return new LadderChoice(reached, floors, leftOut);
    }

    /// <summary>The modes of the bundle, dearest first; null where one is all that can serve.</summary>
    private static List<Mode>? Candidates(Manifest manifest, Precision precision)
    {
        Mode teacher = Mode.Teacher(precision);
        List<Mode> modes = [teacher,
            .. Enumerable.Range(1, manifest.StudentCount).Reverse().Select(count => Mode.Students(count, precision)),
            .. manifest.HasSwift ? new[] { Mode.Swift(precision) } : []];
        modes.RemoveAll(mode => manifest.LackedBy(mode) is not null);
        return modes.Count > 1 && modes[0] == teacher && StatedAccuracy.Of(manifest, teacher) is not null ? modes : null;
    }

    // More students of a group cost more, whatever the machine. What else is of no use shows when costs are known.
    private static IEnumerable<Rung> Useful(List<Mode> candidates, Manifest manifest, List<string> leftOut)
    {
        foreach (Mode mode in candidates)
        {
            if (StatedAccuracy.Of(manifest, mode) is not { } accuracy)
                leftOut.Add($"{mode.Name} (the manifest does not say how accurate it is)");
            else if (mode.Kind == ModeKind.Students && candidates.FirstOrDefault(fewer => fewer.Kind == ModeKind.Students
                && fewer.StudentCount < mode.StudentCount && StatedAccuracy.Of(manifest, fewer) >= accuracy) is { } better)
                leftOut.Add($"{mode.Name} (no more accurate than {better.Name})");
            else
                yield return new Rung(mode, accuracy);
        }
    }

    private static Floors FloorsOf(ModeLadder ladder, Manifest manifest, Precision precision, ControlOptions control)
    {
        return new Floors(ladder, Least(control.Floor),
            control.TopicFloors.Select(topic => KeyValuePair.Create(topic.Key, Least(topic.Value))), control.FloorHeader,
            text => FloorText.AccuracyOf(text, manifest, precision));

        int Least(string text) => text.Length == 0 ? ladder.Lowest
            : FloorText.AccuracyOf(text, manifest, precision) is { } accuracy ? ladder.LeastOf(accuracy) ?? 0 : 0;
    }

    /// <summary>The rungs as people read them: <c>teacher 0.9917, swift 0.9843</c>.</summary>
    public override string ToString() => string.Join(", ",
        Ladder.Rungs.Select(rung => string.Create(CultureInfo.InvariantCulture, $"{rung.Mode.Name} {rung.Accuracy:0.0000}")));
}

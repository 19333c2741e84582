using System.Diagnostics;
using System.Globalization;
using Sluice.Inference.Modes;

namespace Sluice.Inference.Models;

/// <summary>What a graph is for, as manifests and graphs' metadata name it.</summary>
internal static class GraphRole
{
    public const string Teacher = "teacher";

    /// <summary>The cheapest model of a bundle: one small student from tokens to logits.</summary>
    public const string Swift = "swift";

    private const string StudentPrefix = "student.", HeadPrefix = "head.", GroupPrefix = "group.";

    /// <summary>Student <paramref name="number"/> of the group, from 1: tokens to features.</summary>
    public static string Student(int number) => string.Create(CultureInfo.InvariantCulture, $"{StudentPrefix}{number}");

    /// <summary>The head of the first <paramref name="count"/> students: summed features to logits.</summary>
    public static string Head(int count) => string.Create(CultureInfo.InvariantCulture, $"{HeadPrefix}{count}");

    /// <summary>The first <paramref name="count"/> students and their head in one graph, weights stacked: tokens to logits.</summary>
    public static string Group(int count) => string.Create(CultureInfo.InvariantCulture, $"{GroupPrefix}{count}");

    /// <summary>The graphs from tokens that a mode cannot do without: of students each of them.</summary>
    public static IEnumerable<string> Of(Mode mode) => mode.Kind switch
    {
        ModeKind.Teacher => [Teacher],
        ModeKind.Swift => [Swift],
        ModeKind.Students => Enumerable.Range(1, mode.StudentCount).Select(Student),
        _ => throw new UnreachableException($"Mode {mode.Kind} has no graph. This is a bug."),
    };

    /// <summary>Whether this program can make use of such a graph; others are for newer ones.</summary>
    public static bool IsKnown(string role) => role is Teacher or Swift || IsStudent(role) || IsHead(role) || IsGroup(role);

    public static bool IsStudent(string role) => IsNumbered(role, StudentPrefix);

    public static bool IsHead(string role) => IsNumbered(role, HeadPrefix);

    public static bool IsGroup(string role) => IsNumbered(role, GroupPrefix);

    // As we write it, without signs and leading zeros: head.exit or head.65 is a role of a newer program's.
    private static bool IsNumbered(string role, string prefix) => role.StartsWith(prefix, StringComparison.Ordinal)
        && int.TryParse(role.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        && number is >= 1 and <= Mode.MaxStudents && role[prefix.Length] != '0';
}

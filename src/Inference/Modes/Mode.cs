using System.Diagnostics;
using System.Globalization;

namespace Sluice.Inference.Modes;

/// <summary>How a batch is labelled: by which part of the model, in which arithmetic. Immutable; equal modes are equal values.</summary>
public sealed record Mode
{
    /// <summary>Most students that a group may have.</summary>
    public const int MaxStudents = 16;

    private static readonly Mode TeacherInt8 = new(ModeKind.Teacher, Precision.Int8, 0);
    private static readonly Mode TeacherFp32 = new(ModeKind.Teacher, Precision.Fp32, 0);
    private static readonly Mode TeacherFp16 = new(ModeKind.Teacher, Precision.Fp16, 0);

    private Mode(ModeKind kind, Precision precision, int count) => (Kind, Precision, StudentCount) = (kind, precision, count);

    /// <summary>Which part of the model.</summary>
    public ModeKind Kind { get; }

    /// <summary>Arithmetic of its matrix products.</summary>
    public Precision Precision { get; }

    /// <summary>Of <see cref="ModeKind.Students"/>, how many take part, from the first; otherwise 0.</summary>
    public int StudentCount { get; }

    /// <summary>How people write it, and metrics and learned costs name it: <c>teacher</c>, <c>students:2</c>, <c>swift</c>.</summary>
    public string Name => Kind switch
    {
        ModeKind.Students => string.Create(CultureInfo.InvariantCulture, $"students:{StudentCount}"),
        ModeKind.Swift => "swift",
        ModeKind.Teacher => "teacher",
        _ => throw new UnreachableException($"Mode {Kind} has no name. This is a bug."),
    };

    /// <summary>The whole model, every layer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The precision is none of the enumeration's.</exception>
    public static Mode Teacher(Precision precision) => precision switch
    {
        Precision.Int8 => TeacherInt8,
        Precision.Fp32 => TeacherFp32,
        Precision.Fp16 => TeacherFp16,
        _ => throw NoPrecision(precision),
    };

    /// <summary>The first <paramref name="count"/> students of the group, run side by side.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is not within 1..<see cref="MaxStudents"/>, or the precision is none of the
    /// enumeration's.</exception>
    public static Mode Students(int count, Precision precision)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxStudents);
        return new Mode(ModeKind.Students, Checked(precision), count);
    }

    /// <summary>The swift student alone, which is no member of the group: the cheapest there is.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The precision is none of the enumeration's.</exception>
    public static Mode Swift(Precision precision) => new(ModeKind.Swift, Checked(precision), 0);

    /// <summary>Reads a mode as people write it. Null when it is none.</summary>
    internal static Mode? TryParse(string text, Precision precision) => text.Split(':') switch
    {
        ["teacher"] => Teacher(precision),
        ["swift"] => Swift(precision),
        ["students", var digits] when int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            && count is >= 1 and <= MaxStudents => Students(count, precision),
        _ => null,
    };

    /// <summary>Of each kind and precision the mode of most students: what its engine loads and its batches take is enough for the
    /// others.</summary>
    internal static Mode[] LargestOfEach(IEnumerable<Mode> modes) =>
        [.. modes.GroupBy(mode => (mode.Kind, mode.Precision)).Select(alike => alike.MaxBy(mode => mode.StudentCount)!)];

    /// <summary>Name and arithmetic, as errors name it: <c>students:2 (int8)</c>.</summary>
    public override string ToString() => $"{Name} ({Precision.Name()})";

    /// <summary>What to throw where this mode is asked for and others are loaded.</summary>
    /// <param name="loaded">Those, at least one.</param>
    internal ArgumentException NotLoaded(IReadOnlyCollection<Mode> loaded) =>
        new($"{this} is not loaded; {string.Join(", ", loaded)} {(loaded.Count == 1 ? "is" : "are")}.");

    private static Precision Checked(Precision precision) => Enum.IsDefined(precision) ? precision : throw NoPrecision(precision);

    private static ArgumentOutOfRangeException NoPrecision(Precision precision) =>
        new(nameof(precision), precision, $"Precision is {string.Join(", ", Enum.GetNames<Precision>())}.");
}

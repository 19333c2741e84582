using System.Text;

namespace Sluice.Worker.Documents.Paths;

/// <summary>What a step of a path leads to.</summary>
internal enum PathStepKind
{
    /// <summary>The field of a record, the property of an object, or the value of a map under one key.</summary>
    Name,

    /// <summary>Each element of an array.</summary>
    Elements,

    /// <summary>Each value of a map or an object.</summary>
    Values,
}

/// <summary>One step of a path.</summary>
/// <param name="Kind">Where it leads.</param>
/// <param name="Name">The name of a <see cref="PathStepKind.Name"/>, as the writer has it; empty for others.</param>
internal readonly record struct PathStep(PathStepKind Kind, string Name = "")
{
    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        PathStepKind.Elements => "[]",
        PathStepKind.Values => "{}",
        _ => Name,
    };
}

/// <summary>
/// The way to a field: names with dots between, such as <c>mail.body</c>. Behind a name <c>[]</c> leads to each element of an array, in
/// their order, and <c>{}</c> to each value of a map, in the order of the bytes: <c>items[].title</c>. Immutable.
/// </summary>
/// <remarks>A backslash makes one of <c>. [ ] { } \</c> part of a name.</remarks>
internal sealed class FieldPath
{
    /// <summary>Most steps of a path. JSON ends at 64 levels; records that nest as deep are nobody's.</summary>
    public const int MostSteps = 64;

    private const string NoName = "write them with single dots between, such as mail.body";
    private const string AfterDot = "[] and {} stand directly behind a name, without a dot between, such as items[].title";
    private const string NoStep = "behind a name only [], each element of an array, or {}, each value of a map, may stand, "
        + "and then a dot, such as items[].title; a backslash before a dot or a bracket makes it part of a name";

    private static readonly string TooLong = $"it has more than {MostSteps} steps, which is the limit";

    private readonly PathStep[] _steps;

    private FieldPath(string text, PathStep[] steps)
    {
        (Text, _steps) = (text, steps);
        IsJoined = steps.Any(step => step.Kind != PathStepKind.Name);
    }

    /// <summary>As it was written; two paths are the same exactly when their texts are.</summary>
    public string Text { get; }

    /// <summary>From the top; none for the whole value.</summary>
    public ReadOnlySpan<PathStep> Steps => _steps;

    /// <summary>Whether it leads to any number of texts, which are joined to one.</summary>
    public bool IsJoined { get; }

    /// <summary>Why a text is no path and what would do, without a full stop; null where it is one.</summary>
    public static string? FaultOf(string text) => Read(text, []);

    /// <summary>The path of a text.</summary>
    /// <param name="text">A path, or empty for the whole value.</param>
    /// <exception cref="FormatException">It is no path; settings are asked for <see cref="FaultOf"/> before.</exception>
    public static FieldPath Parse(string text)
    {
        List<PathStep> steps = [];
        return text.Length > 0 && Read(text, steps) is { } fault
            ? throw new FormatException($"'{text}' is no path of field names; {fault}.")
            : new FieldPath(text, [.. steps]);
    }

    /// <summary>The same path from a record around what it led on from; one step more, of which settings know nothing.</summary>
    /// <param name="name">The record's field.</param>
    public FieldPath Inside(string name) => new($"{name}.{Text}", [new PathStep(PathStepKind.Name, name), .. _steps]);

    private static string? Read(string text, List<PathStep> steps)
    {
        for (int at = 0; ; at++) // past the dot
        {
            string? name = ReadName(text, ref at);
            if (name is null) return NoStep;
            if (string.IsNullOrWhiteSpace(name)) return at > 0 && at < text.Length && text[at] is ('[' or '{') ? AfterDot : NoName;
            steps.Add(new PathStep(PathStepKind.Name, name));
            for (; at < text.Length && text[at] != '.'; at += 2)
            {
                ReadOnlySpan<char> step = text.AsSpan(at, Math.Min(2, text.Length - at));
                if (step is not ("[]" or "{}")) return NoStep;
                steps.Add(new PathStep(step is "[]" ? PathStepKind.Elements : PathStepKind.Values));
            }

            if (steps.Count > MostSteps) return TooLong;
            if (at == text.Length) return null;
        }
    }

    /// <summary>The name at <paramref name="at"/>, which is moved behind it; null where a backslash stands before something else.</summary>
    private static string? ReadName(string text, ref int at)
    {
        StringBuilder name = new();
        for (; at < text.Length && !IsSpecial(text[at]); at++)
        {
            if (text[at] == '\\' && (++at == text.Length || (text[at] != '\\' && !IsSpecial(text[at])))) return null;
            name.Append(text[at]);
        }

        return name.ToString();
    }

    private static bool IsSpecial(char letter) => letter is '.' or '[' or ']' or '{' or '}';
}

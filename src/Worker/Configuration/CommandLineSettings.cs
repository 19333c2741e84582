namespace Sluice.Worker.Configuration;

/// <summary>Settings on the command line: <c>--Section:Key=value</c> or <c>--Section:Key value</c>, with or without the leading
/// <c>Sluice:</c>. Of a setting given twice the last one counts.</summary>
internal static class CommandLineSettings
{
    /// <exception cref="FormatException">An argument is no setting, or has no value. It is named by its place, and shown only as far as it
    /// is the name of a setting: it may be the value of one.</exception>
    public static IEnumerable<KeyValuePair<string, string?>> Parse(IReadOnlyList<string> args)
    {
        List<KeyValuePair<string, string?>> settings = [];
        for (int i = 0; i < args.Count; i++)
        {
            string arg = args[i];
            if (!arg.StartsWith("--", StringComparison.Ordinal) || !arg.Split('=')[0].Contains(':'))
                throw new FormatException($"Argument {i + 1}{After(args, i)}{Name(arg)} is no setting: each is written --Name=value or "
                    + "--Name value with its whole name, such as --Kafka:GroupId=mail; a value with a blank in it needs quotes.");
            int equals = arg.IndexOf('=');
            if (equals > 0) settings.Add(new(WithPrefix(arg[2..equals]), arg[(equals + 1)..]));
            else if (i + 1 < args.Count) settings.Add(new(WithPrefix(arg[2..]), args[++i]));
            else throw new FormatException($"The last argument{Name(arg)} is a setting without a value: write --Name=value.");
        }

        return settings.GroupBy(s => s.Key, StringComparer.OrdinalIgnoreCase).Select(g => g.Last());
    }

    /// <summary>What can be read of a whole command line whatever is wrong with it: each name that may be a setting's, with the value
    /// behind its equals sign or, without one, the argument that follows.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Guess(IReadOnlyList<string> args)
    {
        for (int i = 0; i < args.Count; i++)
        {
            int equals = args[i].IndexOf('=');
            string name = (equals < 0 ? args[i] : args[i][..equals]).TrimStart('-');
            if (!name.Contains(':')) continue;
            string? value = equals >= 0 ? args[i][(equals + 1)..] : args.ElementAtOrDefault(i + 1);
            if (value is not null) yield return new(WithPrefix(name), value);
        }
    }

    public static string WithPrefix(string name) =>
        name.StartsWith("Sluice:", StringComparison.OrdinalIgnoreCase) || name.StartsWith("Logging:", StringComparison.OrdinalIgnoreCase)
            ? name
            : "Sluice:" + name;

    // Which argument it is may be hard to count.
    private static string After(IReadOnlyList<string> args, int at)
    {
        for (int before = at - 1; before >= int.Max(at - 2, 0); before--)
            if (args[before].StartsWith("--", StringComparison.Ordinal) && Shown.Argument(args[before]) is not Shown.Hidden and var name)
                return $" (after {name})";
        return "";
    }

    // What stands behind a second colon may be a value that somebody took for one.
    private static string Name(string arg) => Shown.Argument(arg) is not Shown.Hidden and var name ? $", {name}," : "";
}

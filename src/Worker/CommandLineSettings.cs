namespace Sluice.Worker;

/// <summary>Settings on the command line: <c>--Section:Key=value</c> or <c>--Section:Key value</c>, with or without the leading <c>Sluice:</c>. Of a setting given twice the last one counts.</summary>
internal static class CommandLineSettings
{
    /// <exception cref="FormatException">An argument is no setting, or has no value.</exception>
    public static IEnumerable<KeyValuePair<string, string?>> Parse(IReadOnlyList<string> args)
    {
        List<KeyValuePair<string, string?>> settings = [];
        for (int i = 0; i < args.Count; i++)
        {
            string arg = args[i];
            if (!arg.StartsWith("--", StringComparison.Ordinal) || !arg.Contains(':')) throw new FormatException($"'{arg}' is neither an option nor a setting; settings look like --Kafka:GroupId=mail.");
            int equals = arg.IndexOf('=');
            if (equals > 0) settings.Add(new(WithPrefix(arg[2..equals]), arg[(equals + 1)..]));
            else if (i + 1 < args.Count) settings.Add(new(WithPrefix(arg[2..]), args[++i]));
            else throw new FormatException($"'{arg}' has no value; write {arg}=VALUE.");
        }

        return settings.GroupBy(s => s.Key, StringComparer.OrdinalIgnoreCase).Select(g => g.Last());
    }

    public static string WithPrefix(string name) =>
        name.StartsWith("Sluice:", StringComparison.OrdinalIgnoreCase) || name.StartsWith("Logging:", StringComparison.OrdinalIgnoreCase) ? name : "Sluice:" + name;
}

namespace TestKit;

/// <summary>Programs that a bare machine may lack.</summary>
internal static class OnPath
{
    /// <summary>Those of some programs that no folder of the PATH holds.</summary>
    public static IReadOnlyList<string> Missing(params string[] programs) => [.. programs.Where(program => !IsThere(program))];

    private static bool IsThere(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, program)));
}

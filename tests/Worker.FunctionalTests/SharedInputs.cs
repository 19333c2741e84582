namespace Worker.FunctionalTests;

/// <summary>The folder of inputs beside the checkout: <c>$SLUICE_SHARED</c>, else <c>../shared</c>.</summary>
internal static class SharedInputs
{
    /// <summary>The path of something in the folder; skips the test where the folder is missing, and fails it there when CI=true.</summary>
    public static string PathOf(string name)
    {
        string path = Path.GetFullPath(Path.Combine(Folder(), name));
        if (File.Exists(path) || Directory.Exists(path))
            return path;
        string message = $"{path} is missing; set SLUICE_SHARED to the folder that holds {name}.";
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail(message);
        Assert.Skip(message);
        return path;
    }

    private static string Folder()
    {
        if (Environment.GetEnvironmentVariable("SLUICE_SHARED") is { Length: > 0 } given)
            return given;
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Streaming.sln")))
                return Path.Combine(folder.FullName, "..", "shared");
        }

        return Path.Combine("..", "shared");
    }
}

namespace TestKit;

/// <summary>
/// The one place that looks outside the checkout: a folder of test servers and texts that a developer may have, named by
/// <c>SLUICE_SHARED</c>, else <c>../shared</c>. Nothing has to be there.
/// </summary>
internal static class SharedFolder
{
    /// <summary>The path of something in the folder; null where it is not.</summary>
    public static string? Find(string relative)
    {
        string folder = Environment.GetEnvironmentVariable("SLUICE_SHARED") is { Length: > 0 } given
            ? given
            : Path.Combine(RepositoryRoot.Find(), "..", "shared");
        string path = Path.GetFullPath(Path.Combine(folder, relative));
        return Path.Exists(path) ? path : null;
    }
}

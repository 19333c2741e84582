namespace Worker.Tests;

/// <summary>The folder <c>shared</c> that lies beside the checkout (or where SLUICE_SHARED says): vectors, data, models.</summary>
internal static class SharedFolder
{
    private static readonly string Root = Environment.GetEnvironmentVariable("SLUICE_SHARED") is { Length: > 0 } folder ? folder : System.IO.Path.Combine(RepositoryRoot.Find(), "..", "shared");

    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static string Path(string relative) => Directory.Exists(Root)
        ? System.IO.Path.Combine(Root, relative)
        : throw new DirectoryNotFoundException($"The tests read vectors and headers from '{System.IO.Path.GetFullPath(Root)}', which is not there; set SLUICE_SHARED to the project's shared folder.");
}

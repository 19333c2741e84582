namespace Worker.Tests;

/// <summary>The folder <c>shared</c> that lies beside the checkout (or where SLUICE_SHARED says): vectors, data, models.</summary>
internal static class SharedFolder
{
    public static string Path(string relative) => System.IO.Path.Combine(Root, relative);

    private static string Root { get; } = Environment.GetEnvironmentVariable("SLUICE_SHARED") ?? System.IO.Path.Combine(RepositoryRoot.Find(), "..", "shared");
}

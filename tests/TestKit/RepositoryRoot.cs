namespace TestKit;

/// <summary>Finds the checkout that these tests were built in, from the folder of their program upwards.</summary>
internal static class RepositoryRoot
{
    private static readonly Lazy<string> Root = new(() =>
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Streaming.sln"))) return folder.FullName;
        }

        throw new DirectoryNotFoundException(
            $"No folder above {AppContext.BaseDirectory} holds Streaming.sln; run the tests from a checkout.");
    });

    public static string Find() => Root.Value;
}

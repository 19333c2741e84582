namespace TestKit;

/// <summary>What the tests read: the files of tests/Data in the checkout. tests/Data/README.md tells of each.</summary>
internal static class GoldenData
{
    /// <summary>The path of a file or folder there, for example <c>vectors/wordpiece/vocab.txt</c>.</summary>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    public static string PathOf(string relative)
    {
        string path = Path.Combine(RepositoryRoot.Find(), "tests", "Data", relative);
        return Path.Exists(path) ? path : throw new FileNotFoundException($"{path} is missing; the checkout is not whole.", path);
    }
}

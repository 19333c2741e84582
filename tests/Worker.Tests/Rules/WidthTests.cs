namespace Worker.Tests.Rules;

/// <summary>What people write fits a screen: 140 columns, and a file of src 300 lines.</summary>
public sealed class WidthTests
{
    private const int Columns = 140;
    private const int Lines = 300;

    private static readonly string[] Folders = [".ci", ".github", "docs", "eng", "infra", "src", "tests", "training"];

    private static readonly string[] Endings =
        [".cs", ".c", ".h", ".csproj", ".props", ".targets", ".sh", ".py", ".md", ".yml", ".editorconfig", ".config", ".txt", ""];

    // Golden vectors and tiny models are what other programs wrote, and of a public API an analyzer asks for each line as it is.
    private static readonly string[] Written = ["tests/Data/", "tests/FunctionalTests/TinyModels/", "src/Inference/PublicAPI."];

    [Fact]
    public void No_line_is_wider_than_a_screen() => Offences.None(
        from path in Files()
        from line in File.ReadAllLines(Path.Combine(RepositoryRoot.Find(), path)).Select((text, index) => (Text: text, Number: index + 1))
        where line.Text.EnumerateRunes().Count() > Columns && !IsTableRow(path, line.Text) && !IsAddress(line.Text)
        select $"{path}:{line.Number} has {line.Text.EnumerateRunes().Count()} columns; {Columns} are a screen");

    [Fact]
    public void No_file_of_src_is_longer_than_some_screens() => Offences.None(
        from file in SourceFile.All
        where file.Lines.Length > Lines
        select $"{file.Path} has {file.Lines.Length} lines; cut it where an idea ends, at {Lines} at the latest");

    [Theory]
    [InlineData("README.md", "| a | table |", true)]
    [InlineData("docs/a.md", "  a | b", false)]
    [InlineData("src/a.cs", "| a |", false)]
    public void A_table_row_is_one_of_Markdown(string path, string line, bool isRow) => Assert.Equal(isRow, IsTableRow(path, line));

    [Theory]
    [InlineData("see https://example.org/a/long/one", false)] // short without its address, and with it
    [InlineData("a line of prose that happens to be short", false)]
    public void A_line_that_would_fit_without_its_address_is_let_through(string line, bool isWide) =>
        Assert.Equal(isWide, line.Length > Columns && !IsAddress(line));

    private static IEnumerable<string> Files()
    {
        string root = RepositoryRoot.Find();
        return Directory.EnumerateFiles(root)
            .Concat(Folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*", SearchOption.AllDirectories)))
            .Select(path => Path.GetRelativePath(root, path))
            .Where(path => Endings.Contains(Path.GetExtension(path)) && !path.EndsWith(".g.cs", StringComparison.Ordinal)
                && !path.Contains("__pycache__", StringComparison.Ordinal)
                && !Written.Any(folder => path.StartsWith(folder, StringComparison.Ordinal)));
    }

    private static bool IsTableRow(string path, string line) =>
        path.EndsWith(".md", StringComparison.Ordinal) && line.TrimStart().StartsWith('|');

    // An address cannot be wrapped; what stands beside it can.
    private static bool IsAddress(string line) =>
        line.Split(' ', '"', '(', ')', '<', '>').Any(word =>
            word.Contains("://", StringComparison.Ordinal) && line.Length - word.Length <= Columns);
}

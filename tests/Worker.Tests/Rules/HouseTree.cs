namespace Worker.Tests.Rules;

/// <summary>The tree of folders as docs/architecture.md draws it, under "The house".</summary>
internal static class HouseTree
{
    /// <summary>The lines between the fences.</summary>
    public static string[] Lines() =>
    [
        .. File.ReadAllLines(Path.Combine(RepositoryRoot.Find(), "docs", "architecture.md"))
            .SkipWhile(line => line != "## The house").SkipWhile(line => line != "```").Skip(1).TakeWhile(line => line != "```"),
    ];

    /// <summary>Each folder under src that the tree names, from src/ on, with its words: <c>Worker/Documents/Avro</c>.</summary>
    public static IEnumerable<(string Folder, string Words)> Folders()
    {
        List<string> path = [];
        foreach (string line in Lines())
        {
            string name = line.Trim().Split(' ')[0];
            int depth = (line.Length - line.TrimStart().Length) / 2;
            if (depth == 0 && !name.StartsWith("src/", StringComparison.Ordinal)) path.Clear();
            if (depth > 0 && path.Count == 0) continue;
            if (depth == 0 && !name.StartsWith("src/", StringComparison.Ordinal)) continue;
            path = [.. path.Take(depth), depth == 0 ? name["src/".Length..] : name];
            yield return (string.Join('/', path), line.Trim()[name.Length..].Trim());
        }
    }

    public static IEnumerable<string> CoreFolders() =>
        Folders().Where(folder => folder.Words.StartsWith("[core]", StringComparison.Ordinal)).Select(folder => folder.Folder);
}

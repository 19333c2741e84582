namespace Sluice.Worker.Configuration;

/// <summary>Which of some names was probably meant.</summary>
internal static class NearestName
{
    /// <summary>
    /// The name with the fewest single-letter changes from what was written, or null when more than a third of the letters would change.
    /// </summary>
    public static string? Of(string written, IEnumerable<string> names)
    {
        (string Name, int Changes)[] near = [.. names.Select(name => (name, Changes(written, name))).Where(n =>
            3 * n.Item2 <= Math.Max(written.Length, n.name.Length) + 2).OrderBy(n => n.Item2)];
        return near.Length == 0 ? null : near[0].Name;
    }

    // Levenshtein's distance by rows of the table, and two letters that changed places count once when nothing else did.
    private static int Changes(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substitute = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitute, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return a.Length == b.Length && row[^1] == 2 && a.Order().SequenceEqual(b.Order()) ? 1 : row[^1];
    }
}

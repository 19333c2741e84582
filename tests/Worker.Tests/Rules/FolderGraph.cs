namespace Worker.Tests.Rules;

/// <summary>Folders that name each other, and the circles among them.</summary>
internal static class FolderGraph
{
    /// <summary>The circles, each as its folders in order of name; folders that reach each other by whatever way are one circle (Tarjan's
    /// strongly connected components of more than one).</summary>
    /// <param name="edges">Who names whom; a folder that names itself is no circle.</param>
    public static IReadOnlyList<string[]> Circles(IEnumerable<(string From, string To)> edges)
    {
        ILookup<string, string> named = edges.Where(edge => edge.From != edge.To).Distinct().ToLookup(edge => edge.From, edge => edge.To);
        Dictionary<string, int> found = [], lowest = [];
        List<string> path = [];
        HashSet<string> onPath = [];
        List<string[]> circles = [];
        foreach (string folder in named.Select(folder => folder.Key).Order(StringComparer.Ordinal))
            if (!found.ContainsKey(folder)) Visit(folder);
        return circles;

        void Visit(string folder)
        {
            found[folder] = lowest[folder] = found.Count;
            path.Add(folder);
            onPath.Add(folder);
            foreach (string next in named[folder])
            {
                if (!found.ContainsKey(next)) Visit(next);
                if (onPath.Contains(next)) lowest[folder] = Math.Min(lowest[folder], lowest[next]);
            }

            if (lowest[folder] != found[folder]) return;
            int start = path.IndexOf(folder);
            string[] members = [.. path[start..]];
            path.RemoveRange(start, members.Length);
            onPath.ExceptWith(members);
            if (members.Length > 1) circles.Add([.. members.Order(StringComparer.Ordinal)]);
        }
    }
}

namespace Sluice.Inference.Batching;

/// <summary>For one end of a plan after another, where the last batch before it begins at least cost.</summary>
/// <remarks>
/// <para>Let f(i, j) be the least cost of the first j documents when the last batch is i..j: <c>least[i] + batch + cells(j) x (j - i)</c>,
/// infinite where the budget has no such batch. Cells grow with j, and a beginning that the budget rules out for one end it rules out for
/// all later ones, so f(i, j) - f(i', j) for i below i' never falls as j grows: once a later beginning is the better one it stays so. Each
/// that is still to be looked at is then the best of a stretch of ends, stretches follow one another, and a new one takes over the tail of
/// them, found by halving (the concave case of least-weight subsequences: Hirschberg and Larmore 1987, Galil and Giancarlo 1989).</para>
/// <para>Of equal ones the earliest stays: it has the most mates. O(log n) for each end; over the workspace's memory.</para>
/// </remarks>
internal ref struct PlanQueue(PlanWorkspace workspace, ReadOnlySpan<int> lengths, BatchCost cost)
{
    private readonly ReadOnlySpan<int> _lengths = lengths;
    private int _first, _after;

    /// <summary>Takes in a beginning, once its own least cost is known; each one more than the last.</summary>
    public void Add(int start)
    {
        int from = start + 1;
        while (_after > _first)
        {
            (int last, int lastFrom) = workspace.Starts[_after - 1];
            if (lastFrom > start && IsBetter(start, last, lastFrom))
            {
                from = lastFrom;
                _after--;
                continue;
            }

            from = FirstBetter(start, last, Math.Max(lastFrom, start) + 1);
            break;
        }

        if (from <= _lengths.Length) workspace.Starts[_after++] = (start, from);
    }

    /// <summary>The best for an end: its cost, and where the last batch begins. Ends ascend, and all beginnings below it were taken
    /// in.</summary>
    public (double Ms, int Start) Best(int end)
    {
        while (_after - _first > 1 && workspace.Starts[_first + 1].From <= end) _first++;
        int start = workspace.Starts[_first].Start;
        return (Ms(start, end), start);
    }

    // The first end from `low` on for which the later beginning wins; after the last where it never does.
    private readonly int FirstBetter(int later, int earlier, int low)
    {
        int high = _lengths.Length + 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (IsBetter(later, earlier, middle)) high = middle;
            else low = middle + 1;
        }

        return low;
    }

    // One that the budget rules out loses, also to one that it rules out as well: so the later wins for good once it has won.
    private readonly bool IsBetter(int later, int earlier, int end) =>
        earlier < workspace.Lowest[end] || Ms(later, end) < Ms(earlier, end);

    private readonly double Ms(int start, int end)
    {
        double longest = _lengths[end - 1];
        return workspace.Least[start] + cost.BatchMs + (cost.CellMs * longest * longest * (end - start));
    }
}

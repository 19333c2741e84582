using Sluice.Worker.Batching;
using Sluice.Worker.Inference;

namespace Worker.Benchmarks.Batching;

/// <summary>Milliseconds of batches of equals, measured one by one on this machine: what an oracle plans with.</summary>
internal sealed class CostTable
{
    private static readonly int[] Lengths = [4, 8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512];
    private static readonly int[] Rows = [1, 2, 4, 8, 16, 32, 64];
    private readonly double[,] _ms = new double[Lengths.Length, Rows.Length];
    private readonly BatchBudget _budget;

    /// <summary>Measures the table; the least of some runs.</summary>
    public CostTable(PackedModel model, BatchBudget budget, int times)
    {
        _budget = budget;
        CostClock clock = new(new EngineOptions(), TimeProvider.System);
        for (int l = 0; l < Lengths.Length; l++)
        {
            for (int r = 0; r < Rows.Length; r++)
            {
                _ms[l, r] = double.PositiveInfinity;
                if (Rows[r] * Lengths[l] > budget.MaxTokens || Rows[r] > budget.MaxRows) continue;
                int[][] batch = [.. Enumerable.Repeat(new int[Lengths[l]], Rows[r])];
                model.Run(batch);
                for (int time = 0; time < times; time++)
                {
                    long began = clock.Now();
                    model.Run(batch);
                    _ms[l, r] = Math.Min(_ms[l, r], clock.MillisecondsSince(began));
                }
            }
        }
    }

    /// <summary>The cut of least total time, of documents that are all known: the dynamic programme over the whole set, with the table.</summary>
    public int[][][] Plan(int[][] documents)
    {
        int[][] sorted = [.. documents.OrderBy(document => document.Length)];
        double[] least = new double[sorted.Length + 1];
        int[] cut = new int[sorted.Length + 1];
        for (int end = 1; end <= sorted.Length; end++)
        {
            int longest = sorted[end - 1].Length;
            least[end] = double.PositiveInfinity;
            for (int start = end - 1; start >= 0 && end - start <= _budget.MaxRows && (end - start) * longest <= _budget.MaxTokens; start--)
            {
                double ms = least[start] + Predict(end - start, longest);
                if (ms < least[end]) (least[end], cut[end]) = (ms, start);
            }
        }

        List<int[][]> batches = [];
        for (int end = sorted.Length; end > 0; end = cut[end]) batches.Add(sorted[cut[end]..end]);
        return [.. batches]; // longest first, so that the callers end together
    }

    // Between the measured points by straight lines; rows beyond the last measured one at its time a row.
    private double Predict(int rows, int length)
    {
        int l = Array.FindIndex(Lengths, known => known >= length);
        if (l == 0) return AtLength(0, rows);
        double share = (double)(length - Lengths[l - 1]) / (Lengths[l] - Lengths[l - 1]);
        double high = AtLength(l, rows), low = AtLength(l - 1, rows);
        return low + (share * (high - low));
    }

    private double AtLength(int l, int rows)
    {
        int last = 0;
        while (last + 1 < Rows.Length && !double.IsInfinity(_ms[l, last + 1])) last++;
        int r = Array.FindIndex(Rows, known => known >= rows);
        if (r < 0 || r > last) return _ms[l, last] * rows / Rows[last];
        if (Rows[r] == rows) return _ms[l, r];
        double share = (double)(rows - Rows[r - 1]) / (Rows[r] - Rows[r - 1]);
        return _ms[l, r - 1] + (share * (_ms[l, r] - _ms[l, r - 1]));
    }
}

using Sluice.Inference.Batching;
using Sluice.Inference.Engines;

namespace Benchmarks.Batching;

/// <summary>Milliseconds of batches, measured one by one on this machine: what an oracle plans with.</summary>
/// <remarks>A batch of equals is looked up. In a mixed one each document costs its share of a batch of as many equals of its own length,
/// and each cell that attention would pad (<see cref="BatchShape.Cells"/> less <see cref="BatchShape.Squares"/>) what such cells cost in
/// one batch of a long and three short documents: nothing, where attention pads nothing.</remarks>
internal sealed class CostTable
{
    private static readonly int[] Lengths = [4, 8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512];
    private static readonly int[] Rows = [1, 2, 4, 8, 16, 32, 64];
    private readonly double[,] _ms = new double[Lengths.Length, Rows.Length];
    private readonly BatchBudget _budget;
    private readonly double _paddedCellMs;

    /// <summary>Measures the table; the least of some runs.</summary>
    public CostTable(PackedModel model, BatchBudget budget, int times)
    {
        _budget = budget;
        CostClock clock = new(new EngineOptions(), TimeProvider.System);
        for (int l = 0; l < Lengths.Length; l++)
        {
            for (int r = 0; r < Rows.Length; r++)
            {
                bool fits = Rows[r] * Lengths[l] <= budget.MaxTokens && Rows[r] <= budget.MaxRows;
                _ms[l, r] = fits ? Measure([.. Enumerable.Repeat(Lengths[l], Rows[r])]) : double.PositiveInfinity;
            }
        }

        int[] mixed = [128, 16, 16, 16];
        BatchShape shape = BatchShape.Of(mixed);
        _paddedCellMs = Math.Max(0, Measure(mixed) - mixed.Sum(length => Share(mixed.Length, length))) / (shape.Cells - shape.Squares);

        double Measure(int[] lengths)
        {
            int[][] batch = [.. lengths.Select(length => new int[length])];
            double least = double.PositiveInfinity;
            model.Run(batch);
            for (int time = 0; time < times; time++)
            {
                long began = clock.Now();
                model.Run(batch);
                least = Math.Min(least, clock.MillisecondsSince(began));
            }

            return least;
        }
    }

    /// <summary>
    /// The cut of least total time, of documents that are all known: the dynamic programme over the whole set, with the table.
    /// </summary>
    public int[][][] Plan(int[][] documents)
    {
        int[][] sorted = [.. documents.OrderBy(document => document.Length)];
        int most = Math.Min(_budget.MaxRows, sorted.Length);
        double[,] shares = new double[most + 1,
            sorted.Length + 1]; // [rows, documents] shares of a batch of so many, summed over the first documents
        for (int rows = 1; rows <= most; rows++)
        {
            for (int i = 0; i < sorted.Length; i++) shares[rows, i + 1] = shares[rows, i] + Share(rows, sorted[i].Length);
        }

        double[] least = new double[sorted.Length + 1];
        int[] cut = new int[sorted.Length + 1];
        for (int end = 1; end <= sorted.Length; end++)
        {
            int longest = sorted[end - 1].Length;
            BatchShape shape = default;
            least[end] = double.PositiveInfinity;
            for (int start = end - 1; start >= 0 && end - start <= most && (end - start) * longest <= _budget.MaxTokens; start--)
            {
                shape = shape.Plus(sorted[start].Length);
                double ms = least[start] + shares[shape.Rows, end] - shares[shape.Rows,
                    start] + (_paddedCellMs * (shape.Cells - shape.Squares));
                if (ms < least[end]) (least[end], cut[end]) = (ms, start);
            }
        }

        List<int[][]> batches = [];
        for (int end = sorted.Length; end > 0; end = cut[end]) batches.Add(sorted[cut[end]..end]);
        return [.. batches]; // longest first, so that the threads end together
    }

    private double Share(int rows, int length) => Predict(rows, length) / rows;

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

using System.Diagnostics;

namespace Sluice.Inference.Batching;

/// <summary>Least squares with no coefficient below 0, from the sums that recursive least squares keeps.</summary>
/// <remarks>The active-set method of Lawson and Hanson (Solving Least Squares Problems, 1974, chapter 23) on the normal equations:
/// minimises x'Ax / 2 - b'x over x >= 0. Exact, unlike setting negative coefficients to 0 after an unbounded solution, which leaves the
/// others where the negative one had pushed them. For a handful of unknowns; pure; allocates nothing.</remarks>
internal static class NonNegativeLeastSquares
{
    private const double Zero = 1e-10;

    /// <param name="a">[n*n] symmetric, positive semi-definite, with a diagonal scaled to at most about 1.</param>
    /// <param name="b">[n].</param>
    /// <param name="x">[n] set to the solution.</param>
    public static void Solve(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> x)
    {
        int n = b.Length;
        Debug.Assert(n is > 0 and <= 16 && a.Length == n * n && x.Length == n, "n unknowns");
        Span<bool> free = stackalloc bool[n];
        Span<double> trial = stackalloc double[n];
        free.Clear();
        x.Clear();
        for (int round = 0; round < 3 * n; round++)
        {
            int steepest = Steepest(a, b, x, free);
            if (steepest < 0) return;
            free[steepest] = true;
            while (true)
            {
                SolveFree(a, b, free, trial);
                double step = StepToBound(x, trial, free, out int bound);
                for (int i = 0; i < n; i++) x[i] = free[i] ? Math.Max(0, x[i] + (step * (trial[i] - x[i]))) : 0;
                if (bound < 0) break;
                (free[bound], x[bound]) = (false, 0);
            }
        }
    }

    private static int Steepest(ReadOnlySpan<double> a, ReadOnlySpan<double> b, ReadOnlySpan<double> x, ReadOnlySpan<bool> free)
    {
        int steepest = -1;
        double most = Zero;
        for (int i = 0; i < b.Length; i++)
        {
            if (free[i]) continue;
            double down = b[i];
            for (int j = 0; j < b.Length; j++) down -= a[(i * b.Length) + j] * x[j];
            if (down > most) (most, steepest) = (down, i);
        }

        return steepest;
    }

    private static double StepToBound(ReadOnlySpan<double> x, ReadOnlySpan<double> trial, ReadOnlySpan<bool> free, out int bound)
    {
        double step = 1;
        bound = -1;
        for (int i = 0; i < x.Length; i++)
        {
            if (!free[i] || trial[i] > 0) continue;
            double own = x[i] <= trial[i] ? 0 : x[i] / (x[i] - trial[i]);
            if (bound < 0 || own < step) (step, bound) = (own, i);
        }

        return step;
    }

    /// <summary>Cholesky's factorization of the rows and columns that are free; the others become 0.</summary>
    private static void SolveFree(ReadOnlySpan<double> a, ReadOnlySpan<double> b, ReadOnlySpan<bool> free, Span<double> x)
    {
        int n = b.Length;
        Span<double> root = stackalloc double[n * n];
        x.Clear();
        for (int i = 0; i < n; i++)
        {
            if (!free[i]) continue;
            double right = b[i];
            for (int j = 0; j <= i; j++)
            {
                if (!free[j]) continue;
                double sum = a[(i * n) + j];
                for (int k = 0; k < j; k++)
                {
                    if (free[k]) sum -= root[(i * n) + k] * root[(j * n) + k];
                }

                root[(i * n) + j] = i == j ? Math.Sqrt(Math.Max(sum, Zero)) : sum / root[(j * n) + j];
                if (j < i) right -= root[(i * n) + j] * x[j];
            }

            x[i] = right / root[(i * n) + i];
        }

        for (int i = n - 1; i >= 0; i--)
        {
            if (!free[i]) continue;
            for (int j = i + 1; j < n; j++)
            {
                if (free[j]) x[i] -= root[(j * n) + i] * x[j];
            }

            x[i] /= root[(i * n) + i];
        }
    }
}

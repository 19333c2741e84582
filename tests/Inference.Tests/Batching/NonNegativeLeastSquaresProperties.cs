using FsCheck;
using FsCheck.Fluent;
using Sluice.Inference.Batching;

namespace Inference.Tests.Batching;

public sealed class NonNegativeLeastSquaresProperties
{
    /// <summary>
    /// Karush, Kuhn and Tucker's conditions, which hold at the minimum only: nothing below 0, no way down from a bound, no slope elsewhere.
    /// </summary>
    [Fact]
    public void The_solution_meets_the_conditions_of_the_minimum() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            Random random = new(seed);
            int n = random.Next(1, 7), rows = n + random.Next(0, 10);
            double[] a = new double[n * n], b = new double[n], x = new double[n];
            for (int row = 0; row < rows; row++)
            {
                double[] factors = [.. Enumerable.Range(0, n).Select(_ => (2 * random.NextDouble()) - 0.5)];
                double target = (2 * random.NextDouble()) - 1;
                for (int i = 0; i < n; i++)
                {
                    b[i] += factors[i] * target / rows;
                    for (int j = 0; j < n; j++) a[(i * n) + j] += factors[i] * factors[j] / rows;
                }
            }

            NonNegativeLeastSquares.Solve(a, b, x);
            for (int i = 0; i < n; i++)
            {
                double down = b[i] - Enumerable.Range(0, n).Sum(j => a[(i * n) + j] * x[j]);
                Assert.True(x[i] >= 0);
                Assert.True(down <= 1e-6, $"x[{i}] = {x[i]} could fall in cost by {down}");
                if (x[i] > 0) Assert.True(down >= -1e-6, $"x[{i}] = {x[i]} should be less by {down}");
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void What_is_the_same_twice_is_shared_out_without_blowing_up()
    {
        double[] x = new double[2];
        NonNegativeLeastSquares.Solve([1, 1, 1, 1], [3, 3], x);
        Assert.Equal(3, x.Sum(), 1e-6);
        Assert.All(x, value => Assert.InRange(value, 0, 3.001));
    }
}

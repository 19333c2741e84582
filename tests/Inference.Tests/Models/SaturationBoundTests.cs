using FsCheck;
using FsCheck.Fluent;
using Sluice.Inference.Models;

namespace Inference.Tests.Models;

public sealed class SaturationBoundTests
{
    [Fact]
    public void Weights_within_64_pass() => Assert.Empty(Check(Matrix(4, 3, (_, _) => -64)));

    [Fact]
    public void A_pair_that_sums_to_129_is_named()
    {
        string violation = Assert.Single(Check(Matrix(4, 3, (k, n) => (k, n) is (1, 2) ? 64 : (k, n) is (2, 2) ? -65 : 0),
            maxMagnitude: 100));
        Assert.Contains("w ", violation, StringComparison.Ordinal);
        Assert.Contains("128", violation, StringComparison.Ordinal);
        Assert.Contains("129", violation, StringComparison.Ordinal);
    }

    [Fact]
    public void Neighbours_are_looked_at_down_the_columns_not_along_the_rows() =>
        Assert.Empty(Check(Matrix(4, 2, (k, _) => k % 2 == 0 ? 100 : 28), maxMagnitude: 100));

    [Fact]
    public void A_weight_beyond_what_the_manifest_says_is_named() =>
        Assert.Contains("found 50", Assert.Single(Check(Matrix(4, 3, (_, _) => 50), maxMagnitude: 49)), StringComparison.Ordinal);

    [Fact]
    public void The_smallest_number_counts_as_128() =>
        Assert.Contains("found 128", Assert.Single(Check(Matrix(1, 40, (_, _) => -128))), StringComparison.Ordinal);

    [Fact]
    public void A_weight_that_is_cut_or_joined_first_must_be_within_64_everywhere()
    {
        StoredTensor weight = Matrix(4, 2, (k, _) => k % 2 == 0 ? 65 : 0);
        GraphNode[] nodes = [new("cut", "Slice", ["w", "a", "b"], ["part"]), new("product", "MatMulIntegerToFloat", ["x", "part"], ["y"])];
        Assert.Contains("found 65", Assert.Single(new SaturationBound(Graph(weight, nodes), "", 100).Violations()),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_computed_weight_cannot_be_checked_and_is_refused()
    {
        GraphNode[] nodes = [new("sum", "Add", ["w", "w"], ["part"]), new("product", "MatMulIntegerToFloat", ["x", "part"], ["y"])];
        Assert.Contains("product", Assert.Single(new SaturationBound(Graph(Matrix(4, 2, (_, _) => 0), nodes), "", 64).Violations()),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_weight_that_is_made_of_itself_is_refused()
    {
        GraphNode[] nodes = [new("loop", "Identity", ["part"], ["part"]), new("product", "MatMulIntegerToFloat", ["x", "part"], ["y"])];
        Assert.Single(new SaturationBound(Graph(Matrix(4, 2, (_, _) => 0), nodes), "", 64).Violations());
    }

    /// <summary>Without memory, fifty ways to each level: 50^14 paths.</summary>
    [Fact]
    public void A_tower_of_concatenations_is_followed_once()
    {
        List<GraphNode> nodes = [new("c0", "Concat", ["w", "w"], ["v0"])];
        for (int level = 1; level < 15; level++)
            nodes.Add(new($"c{level}", "Concat", [.. Enumerable.Repeat($"v{level - 1}", 50)], [$"v{level}"]));
        nodes.Add(new("product", "MatMulIntegerToFloat", ["x", "v14"], ["y"]));
        Assert.Empty(new SaturationBound(Graph(Matrix(4, 2, (_, _) => 64), [.. nodes]), "", 64).Violations());
    }

    [Fact]
    public void Eight_bit_tables_that_enter_no_product_may_use_all_their_bits()
    {
        GraphNode[] nodes = [new("rows", "Gather", ["w", "ids"], ["x"])];
        Assert.Empty(new SaturationBound(Graph(Matrix(4, 2, (_, _) => 127), nodes), "", 64).Violations());
    }

    [Fact]
    public void The_vectorized_search_agrees_with_the_plain_one() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            int rows = random.Next(1, 9), columns = random.Next(1, 70);
            sbyte[] weights = [.. Enumerable.Range(0, rows * columns).Select(_ => (sbyte)random.Next(-128, 128))];
            int naive = 0;
            for (int i = 0; i + columns < weights.Length; i++)
                naive = int.Max(naive, int.Min(255, int.Abs(weights[i]) + int.Abs(weights[i + columns])));
            Assert.Equal(naive, SaturationBound.LargestPair(weights, columns));
            Assert.Equal(weights.Max(weight => int.Abs(weight)), SaturationBound.LargestMagnitude(weights));
        }).QuickCheckThrowOnFailure();

    private static List<string> Check(StoredTensor weight, int maxMagnitude = 64) =>
        [.. new SaturationBound(Graph(weight, [new("product", "MatMulIntegerToFloat", ["x", "w"], ["y"])]), "", maxMagnitude).Violations()];

    private static OnnxGraphReader Graph(StoredTensor weight, GraphNode[] nodes) =>
        new(new Dictionary<string, string>(), [], [], nodes, new Dictionary<string, StoredTensor> { [weight.Name] = weight });

    private static StoredTensor Matrix(int rows, int columns, Func<int, int, int> weight)
    {
        byte[] bytes = [.. Enumerable.Range(0, rows * columns).Select(i => (byte)(sbyte)weight(i / columns, i % columns))];
        return new StoredTensor("w", TensorType.Int8, [rows, columns], null, 0, bytes.Length, bytes);
    }
}

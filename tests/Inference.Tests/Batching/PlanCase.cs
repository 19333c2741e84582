using FsCheck;
using FsCheck.Fluent;
using Sluice.Inference.Batching;

namespace Inference.Tests.Batching;

/// <summary>
/// Waiting documents, a budget and a cost, drawn so that every kind of plan comes up: all together, all alone, and anything between.
/// </summary>
/// <param name="Lengths">In order of coming.</param>
/// <param name="Budget">Holds the longest of them.</param>
/// <param name="Cost">Any of its terms may be 0.</param>
internal sealed record PlanCase(int[] Lengths, BatchBudget Budget, BatchCost Cost)
{
    public const int LongestLength = 64;

    public int[] Sorted() => [.. Lengths.Order()];

    public static Arbitrary<PlanCase> UpTo(int documents) =>
        (from count in Gen.Choose(1, documents)
         from top in Gen.Elements(3, 12, LongestLength)
         from lengths in Gen.Choose(1, top).ArrayOf(count)
         from rows in Gen.Elements(1, 2, 3, 8, 64)
         from tokens in Gen.Elements(LongestLength, 100, 200, 5000)
         from batchMs in Gen.Elements(0, 0.05, 0.4, 3)
         from rowMs in Gen.Elements(0, 0.1)
         from tokenMs in Gen.Elements(0, 0.03)
         from cellMs in Gen.Elements(0, 1e-5, 1e-4, 1e-3)
         from squareMs in Gen.Elements(0, 2e-5, 4e-4)
         select new PlanCase(lengths, new BatchBudget(rows, tokens),
             new BatchCost(batchMs, rowMs, tokenMs, cellMs, squareMs))).ToArbitrary();

    public BatchPlan Plan() => BatchPlanner.Plan(Sorted(), Budget, Cost, new PlanWorkspace(Lengths.Length));

    public double PlannedMs() => MsOf(Plan());

    /// <summary>Predicted milliseconds of all batches of a plan, one after another.</summary>
    public static double MsOf(BatchPlan plan)
    {
        double sum = 0;
        foreach (PlannedBatch batch in plan.Batches) sum += batch.PredictedMs;
        return sum;
    }
}

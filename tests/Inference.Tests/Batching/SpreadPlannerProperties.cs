using FsCheck;
using FsCheck.Fluent;
using Sluice.Inference.Batching;

namespace Inference.Tests.Batching;

public sealed class SpreadPlannerProperties
{
    [Fact]
    public void Spread_documents_are_done_as_soon_as_by_the_best_of_all_cuts_between_neighbours() =>
        Prop.ForAll(PlanCase.UpTo(10), Gen.Choose(1, 4).ToArbitrary(), (given, threads) =>
        {
            BatchPlan spread = Spread(given, threads);
            double least = BruteForcePlanner.LeastLongestMsOfNeighbours(given.Lengths, given.Budget, given.Cost, threads);
            Assert.Equal(double.IsFinite(least), spread.Batches.Length <= threads);
            if (double.IsFinite(least)) Assert.InRange(spread.LongestMs, least - 1e-9, (least * (1 + 1e-6)) + 1e-9);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void A_spread_plan_holds_every_document_once_within_the_budget() =>
        Prop.ForAll(PlanCase.UpTo(60), Gen.Choose(1, 8).ToArbitrary(), (given, threads) =>
        {
            int next = 0;
            foreach (PlannedBatch batch in Spread(given, threads).Batches)
            {
                int[] lengths = given.Sorted()[batch.Start..batch.End];
                Assert.Equal((next, BatchShape.Of(lengths)), (batch.Start, batch.Shape));
                Assert.True(BruteForcePlanner.Fits(lengths, given.Budget));
                next = batch.End;
            }

            Assert.Equal(given.Lengths.Length, next);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    private static BatchPlan Spread(PlanCase given, int threads)
    {
        PlanWorkspace workspace = new(given.Lengths.Length);
        BatchPlanner.Plan(given.Sorted(), given.Budget, given.Cost, workspace);
        return SpreadPlanner.Plan(given.Sorted(), given.Budget, given.Cost, threads, workspace);
    }
}

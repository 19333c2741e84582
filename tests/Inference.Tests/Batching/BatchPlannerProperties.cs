using FsCheck;
using FsCheck.Fluent;
using Sluice.Inference.Batching;

namespace Inference.Tests.Batching;

public sealed class BatchPlannerProperties
{
    private const double Rounding = 1e-9;
    private static readonly Config Few = Config.QuickThrowOnFailure.WithMaxTest(300);
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(1000);

    [Fact]
    public void A_plan_equals_the_best_of_all_partitions() => Check(8, Few, given =>
        Assert.Equal(BruteForcePlanner.LeastMs(given.Lengths, given.Budget, given.Cost), given.PlannedMs(), Rounding));

    [Fact]
    public void Passing_over_beginnings_that_have_lost_changes_no_plans_cost() => Check(200, Many, given =>
        Assert.Equal(LeastMsOfAll(given), given.PlannedMs(), 1e-6));

    [Fact]
    public void A_plan_holds_every_document_once_within_the_budget() => Check(200, Many, given =>
    {
        int[] sorted = given.Sorted();
        int next = 0;
        foreach (PlannedBatch batch in given.Plan().Batches)
        {
            Assert.Equal(next, batch.Start);
            int[] lengths = sorted[batch.Start..batch.End];
            Assert.Equal(BatchShape.Of(lengths), batch.Shape);
            Assert.Equal(given.Cost.Predict(batch.Shape), batch.PredictedMs);
            Assert.True(BruteForcePlanner.Fits(lengths, given.Budget));
            next = batch.End;
        }

        Assert.Equal(sorted.Length, next);
    });

    [Fact]
    public void A_plan_is_never_dearer_than_one_by_one() => Check(200, Many, given =>
        Assert.InRange(given.PlannedMs(), 0, given.Lengths.Sum(given.Cost.PredictAlone) + Rounding));

    [Fact]
    public void A_plan_is_never_dearer_than_first_come() => Check(200, Many, given =>
        Assert.InRange(given.PlannedMs(), 0, FilledMs(given.Lengths, given, _ => true) + Rounding));

    [Fact]
    public void A_plan_is_never_dearer_than_sorted_groups_of_any_size() => Check(200, Few, given =>
    {
        double planned = given.PlannedMs();
        for (int size = 1; size <= 32; size++)
            Assert.InRange(planned, 0, FilledMs(given.Sorted(), given, batch => batch.Count < size) + Rounding);
    });

    /// <summary>The merge rule that a linear cost gives for neighbours in order of length: join the next longer document while
    /// that saves more than it costs.</summary>
    [Fact]
    public void A_plan_is_never_dearer_than_the_greedy_merge() => Check(200, Many, given =>
    {
        double greedy = 0;
        List<int> batch = [];
        foreach (int length in given.Sorted())
        {
            List<int> joined = [.. batch, length];
            bool pays = batch.Count > 0
                && BruteForcePlanner.Ms(joined, given.Cost) < BruteForcePlanner.Ms(batch, given.Cost) + given.Cost.PredictAlone(length);
            if (batch.Count > 0 && !(pays && BruteForcePlanner.Fits(joined, given.Budget)))
            {
                greedy += BruteForcePlanner.Ms(batch, given.Cost);
                joined = [length];
            }

            batch = joined;
        }

        Assert.InRange(given.PlannedMs(), 0, greedy + BruteForcePlanner.Ms(batch, given.Cost) + Rounding);
    });

    [Fact]
    public void A_workspace_that_was_used_before_plans_the_same() => Prop.ForAll(PlanCase.UpTo(40), PlanCase.UpTo(40), (first, second) =>
    {
        PlanWorkspace used = new(40);
        BatchPlanner.Plan(first.Sorted(), first.Budget, first.Cost, used);
        Assert.Equal(second.Plan().Batches, BatchPlanner.Plan(second.Sorted(), second.Budget, second.Cost, used).Batches);
    }).Check(Few);

    private static void Check(int documents, Config config, Action<PlanCase> property) =>
        Prop.ForAll(PlanCase.UpTo(documents), property).Check(config);

    private static double FilledMs(IEnumerable<int> lengths, PlanCase given, Func<List<int>, bool> mayGrow)
    {
        double sum = 0;
        List<int> batch = [];
        foreach (int length in lengths)
        {
            List<int> grown = [.. batch, length];
            if (batch.Count > 0 && !(mayGrow(batch) && BruteForcePlanner.Fits(grown, given.Budget)))
            {
                sum += BruteForcePlanner.Ms(batch, given.Cost);
                grown = [length];
            }

            batch = grown;
        }

        return sum + BruteForcePlanner.Ms(batch, given.Cost);
    }

    /// <summary>The recurrence as it is written down, each batch tried at its whole cost.</summary>
    private static double LeastMsOfAll(PlanCase given)
    {
        int[] sorted = given.Sorted();
        var least = new double[sorted.Length + 1];
        for (int end = 1; end <= sorted.Length; end++)
        {
            least[end] = double.PositiveInfinity;
            for (int start = end - 1; start >= 0; start--)
            {
                int[] batch = sorted[start..end];
                if (BruteForcePlanner.Fits(batch, given.Budget))
                    least[end] = Math.Min(least[end], least[start] + BruteForcePlanner.Ms(batch, given.Cost));
            }
        }

        return least[^1];
    }
}

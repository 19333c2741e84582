using FsCheck;
using FsCheck.Fluent;
using Sluice.Inference.Batching;

namespace Inference.Tests.Batching;

public sealed class BudgetSearchTests
{
    private static readonly BatchBudget Least = new(64, 512), Most = new(1024, 8192);

    [Fact]
    public void Budgets_double_until_both_bounds_are_the_most() =>
        Assert.Equal([new(64, 512), new(128, 1024), new(256, 2048), new(400, 4096), new(400, 6000)],
            BudgetSearch.Steps(Least, new BatchBudget(400, 6000)));

    [Fact]
    public void A_number_that_is_the_most_at_first_stays() =>
        Assert.Equal([new(7, 512), new(7, 1024), new(7, 2000)], BudgetSearch.Steps(new(7, 512), new(7, 2000)));

    [Fact]
    public void Where_nothing_may_grow_one_budget_is_tried() => Assert.Equal([Least], BudgetSearch.Steps(Least, Least));

    [Fact]
    public void The_most_is_taken_where_it_is_fast_enough_and_fits() =>
        Assert.Equal(new FoundBudget(Most, 8.192, BudgetBound.Most), Find(limitMs: 10));

    [Fact]
    public void One_that_takes_too_long_leaves_the_one_before() =>
        Assert.Equal(new FoundBudget(new(256, 2048), 2.048, BudgetBound.Age), Find(limitMs: 4));

    [Fact]
    public void One_for_which_there_is_no_memory_leaves_the_one_before() =>
        Assert.Equal(new FoundBudget(new(512, 4096), 4.096, BudgetBound.Refused), Find(limitMs: 10, tokensThatFit: 5000));

    [Fact]
    public void The_least_is_taken_though_it_takes_too_long() =>
        Assert.Equal(new FoundBudget(Least, 0.512, BudgetBound.Age), Find(limitMs: 0.1));

    [Fact]
    public void Without_memory_for_the_least_there_is_none() => Assert.Null(Find(limitMs: 10, tokensThatFit: 511));

    /// <summary>What is found was tried and is good, and nothing is tried after a budget that is not.</summary>
    [Fact]
    public void What_is_found_is_the_last_good_trial_and_none_follows_a_bad_one() => Prop.ForAll(
        (from ms in Gen.Choose(1, 9).ArrayOf(6)
         from refused in Gen.Choose(0, 8)
         from limit in Gen.Choose(1, 9)
         select (ms, refused, limit)).ToArbitrary(), given =>
        {
            int tried = 0;
            IEnumerable<(BatchBudget, double?)> trials = given.ms.Select((ms, i) =>
            {
                tried++;
                return (new BatchBudget(i + 1, 16), i == given.refused ? (double?)null : ms);
            });
            FoundBudget? found = BudgetSearch.Largest(trials, given.limit);
            int good = given.ms.TakeWhile((ms, i) => i != given.refused && ms <= given.limit).Count();
            Assert.Equal(int.Min(good + 1, given.ms.Length), tried);
            Assert.Equal(good == 0 && given.refused == 0 ? null : int.Max(good, 1), found?.Budget.MaxRows);
        }).QuickCheckThrowOnFailure();

    /// <summary>1 us a token.</summary>
    private static FoundBudget? Find(double limitMs, int tokensThatFit = int.MaxValue) => BudgetSearch.Largest(
        BudgetSearch.Steps(Least, Most).Select(budget =>
            (budget, budget.MaxTokens > tokensThatFit ? (double?)null : budget.MaxTokens / 1000.0)), limitMs);
}

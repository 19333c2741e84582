namespace Sluice.Inference.Batching;

/// <summary>Finds how much a batch may hold where neither its time nor its memory is known beforehand, from trials of growing
/// budgets.</summary>
/// <remarks>Pure: whoever asks runs the trials.</remarks>
internal static class BudgetSearch
{
    /// <summary>Budgets to try, in this order: the least, then twice as many documents and tokens each time, until both are the
    /// most.</summary>
    /// <param name="least">What must do.</param>
    /// <param name="most">Each number at least that of <paramref name="least"/>; where it is the same, it does not grow.</param>
    public static IEnumerable<BatchBudget> Steps(BatchBudget least, BatchBudget most)
    {
        for (BatchBudget budget = least; ; budget = Twice(budget, most))
        {
            yield return budget;
            if (budget == most) yield break;
        }
    }

    /// <summary>The last of the trials before the first that is too slow or has no room. No trial after that one is asked for.</summary>
    /// <param name="trials">Budgets in growing order with the milliseconds of their slowest batch, null where it did not run.
    /// At least one.</param>
    /// <param name="limitMs">Most milliseconds that a batch should take.</param>
    /// <returns>Null where the first did not run. One that is too slow is taken if it is the first: less must not be.</returns>
    public static FoundBudget? Largest(IEnumerable<(BatchBudget Budget, double? Ms)> trials, double limitMs)
    {
        FoundBudget? found = null;
        foreach ((BatchBudget budget, double? ms) in trials)
        {
            if (ms is null) return found is null ? null : found.Value with { Bound = BudgetBound.Refused };
            if (ms > limitMs) return (found ?? new FoundBudget(budget, ms.Value, default)) with { Bound = BudgetBound.Age };
            found = new FoundBudget(budget, ms.Value, BudgetBound.Most);
        }

        return found;
    }

    private static BatchBudget Twice(BatchBudget budget, BatchBudget most) =>
        new(Math.Min(2 * budget.MaxRows, most.MaxRows), Math.Min(2 * budget.MaxTokens, most.MaxTokens));
}

/// <summary>A budget that was found by trials.</summary>
/// <param name="Budget">What a batch may hold.</param>
/// <param name="Ms">Milliseconds of the slowest batch of it.</param>
/// <param name="Bound">Why it is no larger.</param>
internal readonly record struct FoundBudget(BatchBudget Budget, double Ms, BudgetBound Bound);

/// <summary>What ended a search for a budget.</summary>
internal enum BudgetBound
{
    /// <summary>It is the most that was to be tried.</summary>
    Most,

    /// <summary>A larger one takes too long, or this one does already and none is smaller.</summary>
    Age,

    /// <summary>A larger one does not run: there is no memory for it, as a rule.</summary>
    Refused,
}

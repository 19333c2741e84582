using System.Globalization;
using Sluice.Inference.Batching;

namespace Inference.Tests.Batching;

/// <summary>The planner by examples that can be checked by hand; BatchPlannerProperties says what holds for all.</summary>
public sealed class BatchPlannerTests
{
    private static readonly BatchBudget Roomy = new(MaxRows: 64, MaxTokens: 512);

    // A run costs 1 ms of its own, and attention 1 us for each cell of rows x longest^2: ten rows of ten tokens are one run's worth of
    // cells.
    private static readonly BatchCost Padded = new(BatchMs: 1, RowMs: 0, TokenMs: 0, CellMs: 0.001, SquareMs: 0);

    // Attention that pads nothing costs the same in whichever batch a document is.
    private static readonly BatchCost Unpadded = new(BatchMs: 1, RowMs: 0.1, TokenMs: 0.05, CellMs: 0, SquareMs: 0.001);

    [Fact]
    public void Where_nothing_is_padded_all_run_together() =>
        Assert.Equal("3 5 40 200", Cut("3 5 40 200", Roomy with { MaxTokens = 800 }, Unpadded));

    [Fact]
    public void Documents_of_one_length_run_together() => Assert.Equal("10 10 10 10", Cut("10 10 10 10", Roomy, Padded));

    // Together: 1 + 3 x 900/1000 = 3.7 ms. Apart: (1 + 2 x 100/1000) + (1 + 900/1000) = 3.1 ms.
    [Fact]
    public void Short_documents_do_not_wait_on_the_padding_of_a_long_one() => Assert.Equal("10 10 | 30", Cut("10 10 30", Roomy, Padded));

    // Together: 1 + 2 x 0.9 = 2.8 ms. Apart: (1 + 0.4) + (1 + 0.9) = 3.3 ms.
    [Fact]
    public void A_neighbour_in_length_is_worth_its_padding() => Assert.Equal("20 30", Cut("20 30", Roomy, Padded));

    [Fact]
    public void The_order_in_which_they_came_does_not_matter() => Assert.Equal("10 10 | 30 30", Cut("30 10 30 10", Roomy, Padded));

    [Fact]
    public void A_batch_holds_no_more_rows_than_the_budget() =>
        Assert.Equal("5 5 | 5 5 5", Cut("5 5 5 5 5", new BatchBudget(MaxRows: 3, MaxTokens: 512), Unpadded));

    // Three rows of 40 would be 120 tokens, though 20 + 40 + 40 are only 100.
    [Fact]
    public void A_batch_holds_no_more_tokens_than_the_budget_each_row_counted_as_the_longest() =>
        Assert.Equal("20 | 40 40", Cut("20 40 40", new BatchBudget(MaxRows: 64, MaxTokens: 100), Unpadded));

    [Fact]
    public void A_document_as_long_as_the_budget_runs_alone() =>
        Assert.Equal("12 | 100", Cut("12 100", new BatchBudget(MaxRows: 64, MaxTokens: 100), Unpadded));

    [Fact]
    public void Where_runs_cost_nothing_the_plan_with_most_mates_puts_that_belief_to_the_test() =>
        Assert.Equal("7 7 7", Cut("7 7 7", Roomy, new BatchCost(0, 0.1, 0.1, 0, 0)));

    [Fact]
    public void What_is_predicted_is_the_sum_of_the_batches()
    {
        BatchPlan plan = BatchPlanner.Plan([10, 10, 30], Roomy, Padded, new PlanWorkspace(3));
        Assert.Equal((3.1, 1.9), (Math.Round(PlanCase.MsOf(plan), 9), Math.Round(plan.LongestMs, 9)));
    }

    [Fact]
    public void Of_nothing_the_plan_is_empty() => Assert.Equal("", Cut("", Roomy, Padded));

    [Fact]
    public void A_document_that_no_batch_holds_is_refused_with_the_budget_and_the_way_out()
    {
        var error = Assert.Throws<ArgumentException>(() => Cut("513", Roomy, Padded));
        Assert.Contains(
            "has 513 tokens, but a batch holds 512; raise the token budget or truncate", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Plans over lengths, written with blanks between, and writes the batches with bars between.</summary>
    private static string Cut(string documents, BatchBudget budget, BatchCost cost)
    {
        int[] lengths =
        [
            .. documents.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(text => int.Parse(text, CultureInfo.InvariantCulture)).Order(),
        ];
        List<string> batches = [];
        foreach (PlannedBatch batch in BatchPlanner.Plan(lengths, budget, cost, new PlanWorkspace(Math.Max(1, lengths.Length))).Batches)
            batches.Add(string.Join(' ', lengths[batch.Start..batch.End]));
        return string.Join(" | ", batches);
    }
}

using Sluice.Inference.Batching;
using Sluice.Inference.Modes;
using Sluice.Worker.Control;

namespace Worker.Tests.Control;

public sealed class CapacityEstimatorTests
{
    private const int Longest = 512;
    private static readonly Mode Teacher = Mode.Teacher(Precision.Int8), Swift = Mode.Swift(Precision.Int8);
    private static readonly BatchBudget Budget = new(MaxRows: 64, MaxTokens: 512);

    private readonly CostModels _costs = new(new CostFingerprint("machine", "runtime", "model"));

    [Fact]
    public void Before_anything_is_known_capacities_are_finite_and_above_0() =>
        Assert.All(Create(slots: 2).Capacities, perSecond => Assert.InRange(perSecond, 1e-3, 1e6));

    /// <summary>64 rows of 8 tokens fill a batch: 1 + 64 x 8 x 0.1 ms in the teacher, and a twentieth of the tokens' in swift.</summary>
    [Fact]
    public void What_waits_runs_in_full_batches_on_all_threads()
    {
        CapacityEstimator estimator = Create(slots: 2, known: true);
        estimator.Plan([[], [.. Enumerable.Repeat(8, 640)]], overheadMs: 0);
        Assert.Equal([2000 * 64 / 52.2, 2000 * 64 / 3.56], estimator.Capacities.Select(perSecond => Math.Round(perSecond, 6)).ToArray(),
            (expected, seen) => Math.Abs(expected - seen) < 1e-3);
    }

    [Fact]
    public void What_other_steps_spend_on_a_document_weighs_on_a_cheap_mode_and_hardly_on_a_dear_one()
    {
        CapacityEstimator estimator = Create(slots: 1, known: true);
        estimator.Plan([[], [.. Enumerable.Repeat(8, 640)]], overheadMs: 0.05);
        Assert.InRange(estimator.Capacities[0] * 52.2 / 64_000, 0.93, 0.95);
        Assert.InRange(estimator.Capacities[1] * 3.56 / 64_000, 0.5, 0.55);
    }

    [Fact]
    public void Documents_whose_floor_forbids_a_mode_count_with_the_one_that_they_are_run_in()
    {
        CapacityEstimator estimator = Create(slots: 1, known: true);
        estimator.Plan([[.. Enumerable.Repeat(8, 320)], [.. Enumerable.Repeat(8, 320)]], overheadMs: 0);
        Assert.Equal(64_000 / 52.2, estimator.Capacities[0], precision: 3);
        Assert.Equal(64_000 / ((52.2 + 3.56) / 2), estimator.Capacities[1], precision: 3);
    }

    [Fact]
    public void A_mode_is_right_within_a_sixth_after_a_second_of_waiting_documents_though_half_the_time_is_taken_away()
    {
        CapacityEstimator estimator = Create(slots: 2, known: true);
        double alone = estimator.Capacities[1];
        for (int window = 0; window < 4; window++) estimator.Observe(1, workMs: 250, wallMs: 250);
        Assert.InRange(estimator.Capacities[1] / alone, 0.5, 0.6);
    }

    [Fact]
    public void A_mode_that_is_not_in_use_never_looks_faster_for_what_the_present_one_suffers()
    {
        CapacityEstimator estimator = Create(slots: 2, known: true);
        double teacher = estimator.Capacities[0];
        for (int window = 0; window < 20; window++) estimator.Observe(1, workMs: 250, wallMs: 250);
        Assert.InRange(estimator.Capacities[0] / teacher, 0.5, 0.53);
    }

    [Fact]
    public void What_a_burst_suffered_is_forgotten_in_calm()
    {
        CapacityEstimator estimator = Create(slots: 2, known: true);
        double alone = estimator.Capacities[1];
        for (int window = 0; window < 20; window++) estimator.Observe(1, workMs: 250, wallMs: 250);
        for (int second = 0; second < 31; second++) estimator.Plan([[], []], overheadMs: 0);
        Assert.InRange(estimator.Capacities[1] / alone, 0.95, 1);
    }

    [Fact]
    public void A_short_gap_beside_a_steady_neighbour_undoes_nothing_of_what_was_learned_of_it()
    {
        CapacityEstimator estimator = Create(slots: 2, known: true);
        double alone = estimator.Capacities[0];
        for (int time = 0; time < 8; time++) Gap(seconds: 300); // each finds it as slow as before: it fades in minutes now
        double once = FadedBy(30);
        for (int time = 0; time < 8; time++) Gap(seconds: 2);
        Assert.Equal(once, FadedBy(30), tolerance: 0.02);

        void Gap(int seconds)
        {
            for (int second = 0; second < seconds; second++) estimator.Plan([[], []], overheadMs: 0);
            for (int window = 0; window < 20; window++) estimator.Observe(0, workMs: 250, wallMs: 250);
        }

        double FadedBy(int seconds)
        {
            Gap(0);
            for (int second = 0; second < seconds; second++) estimator.Plan([[], []], overheadMs: 0);
            return estimator.Capacities[0] / alone;
        }
    }

    private CapacityEstimator Create(int slots, bool known = false)
    {
        if (known)
        {
            _costs.TryAdd(new CostKey("teacher", Precision.Int8, slots), Costing(0.1));
            _costs.TryAdd(new CostKey("swift", Precision.Int8, slots), Costing(0.005));
        }

        return new CapacityEstimator([Teacher, Swift], new ModeCosts(_costs, [(Teacher, "teacher"), (Swift, "swift")], slots), Budget,
            slots, Longest);
    }

    private static CostSnapshot Costing(double tokenMs) =>
        new(new BatchCost(BatchMs: 1, RowMs: 0, tokenMs, CellMs: 0, SquareMs: 0), MeanError: 0.01, Batches: 1000, IsTrusted: true);
}

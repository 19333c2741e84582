using FsCheck;
using FsCheck.Fluent;
using Sluice.Inference.Batching;

namespace Inference.Tests.Batching;

public sealed class BatchChooserProperties
{
    private const double Rounding = 1e-9;
    private static readonly TimeSpan Bound = TimeSpan.FromMilliseconds(100);

    /// <summary>Against every range of the planned batch that holds the oldest document. A batch of the plan has no mate that does not
    /// pay; one that was spread over idle inference threads may.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Mates_that_are_left_out_in_time_are_those_whose_loss_costs_least(int idle) => Prop.ForAll(PlanCase.UpTo(60), given =>
    {
        WaitingWindow window = Waiting(given.Lengths);
        CostSnapshot known = new(given.Cost, 0.03, 1000, true);
        BatchChooser chooser = new(given.Budget, Bound);
        PlannedBatch whole = chooser.Next(window, known, idle, TimeSpan.Zero);
        double aloneMs = given.Cost.PredictAlone(window.Lengths[window.Oldest]);
        foreach (double share in new[] { 0, 0.1, 0.5, 0.9 })
        {
            double leftMs = aloneMs + (share * (whole.PredictedMs - aloneMs));
            TimeSpan now = Bound - TimeSpan.FromMilliseconds(leftMs);
            double left = (Bound - now).TotalMilliseconds; // what the clock's steps leave of it
            if (left < aloneMs || left >= whole.PredictedMs) continue;
            PlannedBatch chosen = chooser.Next(window, known, idle, now);
            Assert.True(chosen.Holds(window.Oldest) && chosen.Start >= whole.Start && chosen.End <= whole.End);
            Assert.InRange(chosen.PredictedMs, 0, left + Rounding);
            double saved = Saved(window, chosen.Start, chosen.End, given.Cost);
            for (int start = whole.Start; start <= window.Oldest; start++)
            {
                for (int end = window.Oldest + 1; end <= whole.End; end++)
                {
                    if (given.Cost.Predict(BatchShape.Of(window.Lengths[start..end].ToArray())) <= left)
                        Assert.InRange(Saved(window, start, end, given.Cost), double.NegativeInfinity, saved + Rounding);
                }
            }
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(6000));

    private static double Saved(WaitingWindow window, int start, int end, BatchCost cost)
    {
        int[] lengths = window.Lengths[start..end].ToArray();
        return lengths.Sum(cost.PredictAlone) - cost.Predict(BatchShape.Of(lengths));
    }

    private static WaitingWindow Waiting(int[] lengths)
    {
        LengthBuffer<int> buffer = new(lengths.Length, long.MaxValue, PlanCase.LongestLength);
        for (int i = 0; i < lengths.Length; i++) buffer.TryAdd(i, lengths[i], i == 0 ? TimeSpan.Zero : TimeSpan.FromTicks(1));
        WaitingWindow window = new(lengths.Length);
        buffer.View(window);
        return window;
    }
}

using Sluice.Inference.Batching;

namespace Inference.Tests.Batching;

public sealed class PlanningAllocationTests
{
    /// <summary>Documents come, are planned over, spread, cut short and taken, of ever new lengths.</summary>
    [Fact]
    public void A_document_passes_through_buffer_and_planner_without_allocation()
    {
        LengthBuffer<object> buffer = new(1000, 1_000_000, 512);
        WaitingWindow window = new(256);
        BatchChooser chooser = new(new BatchBudget(64, 512), TimeSpan.FromMilliseconds(20));
        CostSnapshot known = new(new BatchCost(0.3, 0.2, 0.07, 1.3e-4, 0.7e-4), 0.03, 1000, true);
        Random random = new(1);
        object item = new();
        Pass(200);
        Assert.Equal(0, Allocations.Of(() => Pass(2000)));

        void Pass(int batches)
        {
            for (int i = 0; i < batches; i++)
            {
                while (buffer.Count < 1 + (i % 300)) buffer.TryAdd(item, random.Next(1, 513), TimeSpan.FromMilliseconds(i));
                buffer.View(window);
                PlannedBatch batch = chooser.Next(window, known, 1 + (i % 4), TimeSpan.FromMilliseconds(i + random.Next(40)));
                foreach (int slot in window.Slots[batch.Start..batch.End]) buffer.Take(slot);
            }
        }
    }
}

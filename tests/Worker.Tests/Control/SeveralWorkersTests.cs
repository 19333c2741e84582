using Worker.Tests.Control.Simulated;

namespace Worker.Tests.Control;

/// <summary>Three workers of a group, six partitions: each decides by its own partitions alone, so none answers what another does.
/// </summary>
public sealed class SeveralWorkersTests(ITestOutputHelper output)
{
    private const double Tick = 0.02;

    /// <summary>A load that three can label by the teacher and two cannot. At 20 s one leaves, at 40 s it is back; each time nothing is
    /// known for half a second, and what waits of a partition goes with it.</summary>
    [Fact]
    public void They_do_not_chase_each_other_when_partitions_move()
    {
        SimulatedWorker[] workers = [.. Enumerable.Range(0, 3).Select(_ => SimulatedMail.Worker(1))];
        SimulatedDocument[] load = Load((90, 195));
        Run(workers, load, 90, at => at is >= 20 and < 40 ? 2 : 3);

        output.WriteLine(string.Join("; ", workers.Select(worker =>
            string.Join(", ", worker.Changes.Select(change => $"{change.At:F1} s to {change.Decision.Rung}")))));
        Assert.Equal([2, 2, 0], workers.Select(worker => worker.Changes.Count()));
        foreach (SimulatedWorker worker in workers.Take(2))
        {
            Assert.Equal([1, 0], worker.Changes.Select(change => change.Decision.Rung));
            Assert.InRange(worker.Changes.First().At, 20, 30); // the two are a little short: it shows slowly
            Assert.InRange(worker.Changes.Last().At, 40, 42);
        }
    }

    [Fact]
    public void In_a_burst_they_bend_each_for_itself_and_stay_bent_when_one_leaves()
    {
        SimulatedWorker[] workers = [.. Enumerable.Range(0, 3).Select(_ => SimulatedMail.Worker(1))];
        SimulatedDocument[] load = Load((10, 20), (50, 1200), (30, 20));
        Run(workers, load, 90, at => at is >= 20 and < 40 ? 2 : 3);
        Assert.All(load, document => Assert.NotNull(document.DoneAt));
        Assert.All(workers, worker => Assert.InRange(worker.Changes.Count(), 2, 4));
        Assert.All(workers.Take(2), worker => Assert.DoesNotContain(worker.Decisions,
            entry => entry.At is > 12 and < 60 && entry.Decision.Rung == 0));
        Assert.All(workers, worker => Assert.Equal(0, worker.Rung));
    }

    [Fact]
    public void A_burst_on_one_partition_costs_the_others_owners_nothing()
    {
        SimulatedWorker[] workers = [.. Enumerable.Range(0, 3).Select(_ => SimulatedMail.Worker(1))];
        SimulatedDocument[] load =
            [.. SimulatedLoad.Of(1, (60, 60)).Select((document, at) => new SimulatedDocument(document.ArrivedAt, at % 6))
                .Concat(SimulatedLoad.Of(2, (20, 0.001), (20, 400)).Select(document => new SimulatedDocument(document.ArrivedAt, 4)))
                .OrderBy(document => document.ArrivedAt)];
        Run(workers, load, 60, _ => 3);
        Assert.Equal([0, 2, 0], workers.Select(worker => worker.Changes.Count()));
    }

    /// <summary>Owners: how many workers there are at a time; partition p is the (p mod so many)th's.</summary>
    private static void Run(SimulatedWorker[] workers, SimulatedDocument[] load, double seconds, Func<double, int> owners)
    {
        (int next, int before, double unknownUntil) = (0, owners(0), 0);
        for (int step = 0; step * Tick < seconds; step++)
        {
            (double from, double to, int now) = (step * Tick, (step + 1) * Tick, owners(step * Tick));
            List<SimulatedDocument> come = [];
            if (now != before)
            {
                unknownUntil = from + 0.5;
                for (int partition = 0; partition < 6; partition++)
                    if (partition % now != partition % before) come.AddRange(workers[partition % before].Revoke(partition));
                before = now;
            }

            for (; next < load.Length && load[next].ArrivedAt < to; next++) come.Add(load[next]);
            for (int worker = 0; worker < workers.Length; worker++)
                workers[worker].Step(from, to, come.Where(document => document.Partition % now == worker), known: from >= unknownUntil);
        }
    }

    private static SimulatedDocument[] Load(params (double Seconds, double PerSecond)[] parts) =>
        [.. SimulatedLoad.Of(1, parts).Select((document, at) => new SimulatedDocument(document.ArrivedAt, at % 6))];
}

using FsCheck;
using FsCheck.Fluent;
using Sluice.Worker.InFlight;

namespace Worker.Tests.InFlight;

public sealed class OffsetTrackerProperties
{
    private static readonly SourcePartition[] Partitions = [new("a", 0), new("a", 1), new("b", 0)];

    [Fact]
    public void Agrees_with_the_naive_tracker_on_any_history() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => Replay(new Random(seed), steps: 400))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    private static void Replay(Random random, int steps)
    {
        OffsetTracker tracker = new(null, TimeProvider.System);
        NaiveTracker model = new();
        List<SourceOffset> read = [];
        Dictionary<SourcePartition, long> next = Partitions.ToDictionary(p => p, _ => 0L);
        for (int step = 0; step < steps; step++)
        {
            SourcePartition partition = Partitions[random.Next(Partitions.Length)];
            switch (random.Next(20))
            {
                case 0:
                    bool isKnown = random.Next(3) > 0;
                    AssignedPartition assigned = new(partition, isKnown ? next[partition] : null, isKnown && random.Next(2) > 0);
                    tracker.Open(assigned);
                    model.Open(assigned);
                    break;
                case 1:
                    Assert.Equal(model.Close(partition), tracker.Close(partition));
                    break;
                case 2:
                    next[partition] = random.Next((int)next[partition] + 1); // a reset, an older offset
                    break;
                case 3 or 4 when Uncommitted(tracker) is [.., var last]:
                    tracker.MarkCommitted(last);
                    model.MarkCommitted(last);
                    break;
                case 5 when random.Next(2) == 0 && Uncommitted(tracker) is [.., var gone]:
                    tracker.MarkRefused(gone);
                    model.MarkRefused(gone);
                    break;
                case 5:
                    next[partition] += random.Next(3); // a marker; behind the last record after a reset
                    tracker.Advance(partition, next[partition]);
                    model.Advance(partition, next[partition]);
                    break;
                case < 12:
                    SourceOffset begun = tracker.Begin(partition, next[partition]);
                    Assert.Equal(model.Begin(partition, next[partition]), begun);
                    read.Add(begun);
                    next[partition] += 1 + (random.Next(4) == 0 ? random.Next(5) : 0);
                    break;
                default:
                    if (read.Count == 0) break;
                    SourceOffset done = read[random.Next(Math.Max(0, read.Count - 30), read.Count)];
                    bool isDocument = random.Next(3) > 0;
                    Assert.Equal(model.Complete(done, isDocument), tracker.Complete(done, isDocument));
                    break;
            }

            Assert.Equal((model.Settled, model.InFlight + model.Settled), (tracker.Settled, tracker.Uncommitted));
            Assert.Equal(model.Standings().OrderBy(s => s.ToString()), Standings(tracker).OrderBy(s => s.ToString()));
            Assert.Equal(model.Uncommitted().OrderBy(w => w.ToString()), Uncommitted(tracker).OrderBy(w => w.ToString()));
        }
    }

    private static List<PartitionStanding> Standings(OffsetTracker tracker)
    {
        List<PartitionStanding> standings = [];
        tracker.AddStandings(standings);
        return standings;
    }

    private static List<PartitionWatermark> Uncommitted(OffsetTracker tracker)
    {
        List<PartitionWatermark> watermarks = [];
        tracker.AddUncommitted(watermarks);
        return watermarks;
    }
}

using Benchmarks.Faults.Plan;

namespace Cli.Tests.Benchmarks.Faults;

public sealed class FaultScheduleTests
{
    [Fact]
    public void A_seed_has_one_schedule_and_another_seed_another()
    {
        Assert.Equal(Create(7).All, Create(7).All);
        Assert.NotEqual(Create(7).All, Create(8).All);
    }

    [Fact]
    public void A_schedule_of_a_seed_stays_as_it_is_from_version_to_version()
    {
        Assert.Equal((FaultKind.RestartRegistry, 514), (Create(1).Workers[0].Kind, Create(1).Workers[0].Target));
    }

    [Fact]
    public void No_two_faults_of_a_lane_overlap_and_none_lasts_beyond_the_end()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            foreach (IReadOnlyList<PlannedFault> lane in new[] { Create(seed).Brokers, Create(seed).Workers })
            {
                foreach ((PlannedFault one, PlannedFault next) in lane.Zip(lane.Skip(1)))
                    Assert.True(one.At + one.Seconds + 3 <= next.At);
                Assert.All(lane, fault => Assert.InRange(fault.Seconds, FaultSchedule.Length(fault.Kind).Least,
                    FaultSchedule.Length(fault.Kind).Most));
                Assert.True(lane[^1].At + lane[^1].Seconds <= FaultLengths.Short.Seconds);
            }
        }
    }

    [Fact]
    public void The_short_schedule_has_every_kind_whatever_the_seed()
    {
        for (int seed = 0; seed < 200; seed++)
            Assert.Equal(Enum.GetValues<FaultKind>(), Create(seed).All.Select(fault => fault.Kind).Distinct().Order());
    }

    [Fact]
    public void Where_nothing_stands_between_there_is_no_fault_of_connections()
    {
        FaultSchedule bare = FaultSchedule.Create(3, 600, canHoldConnections: false);
        Assert.Empty(bare.All.Select(fault => fault.Kind).Intersect(FaultSchedule.OfConnections));
        Assert.Contains(bare.All, fault => fault.Kind == FaultKind.KillBroker);
    }

    private static FaultSchedule Create(int seed) => FaultSchedule.Create(seed, FaultLengths.Short.Seconds, canHoldConnections: true);
}

using Sluice.Inference.Modes;
using Sluice.Worker.Control;

namespace Worker.Tests.Control;

public sealed class ModeLadderTests
{
    private static readonly Mode Teacher = Mode.Teacher(Precision.Int8), One = Mode.Students(1, Precision.Int8),
        Two = Mode.Students(2, Precision.Int8), Swift = Mode.Swift(Precision.Int8);

    [Fact]
    public void Rungs_stand_from_the_most_accurate_down()
    {
        ModeLadder mail = Mail();
        Assert.Equal([Teacher, One, Two, Swift], mail.Rungs.Select(rung => rung.Mode));
        Assert.Equal((0, 2, 3, null), (mail.IndexOf(Teacher), mail.IndexOf(Two), mail.Lowest, mail.IndexOf(Mode.Swift(Precision.Fp32))));
    }

    [Fact]
    public void Mail_s_second_student_is_of_no_use_and_the_first_says_why() =>
        Assert.Equal([new DominatedRung(2, 1)], Mail().Dominated([470, 4095, 2065, 4816]));

    [Fact]
    public void A_rung_no_faster_than_a_more_accurate_one_is_of_no_use_and_of_twins_the_first_stays()
    {
        Assert.Equal([new DominatedRung(1, 0), new DominatedRung(2, 0), new DominatedRung(3, 0)], Mail().Dominated([10, 10, 9, 10]));
        Assert.Empty(Mail().Dominated([1, 2, 3, 4]));
        ModeLadder alike = new([new Rung(Teacher, 0.9), new Rung(One, 0.9), new Rung(Two, 0.8), new Rung(Swift, 0.7)]);
        Assert.Equal([new DominatedRung(0, 1), new DominatedRung(2, 1)], alike.Dominated([10, 20, 15, 30]));
    }

    /// <summary>Against the definition, for all small ladders.</summary>
    [Fact]
    public void Dominated_are_just_those_that_another_is_no_worse_than()
    {
        foreach (int[] accuracies in Tuples(3, 4))
        foreach (int[] capacities in Tuples(3, 4))
        {
            Mode[] modes = [Teacher, One, Two, Swift];
            ModeLadder ladder = new(modes.Select((mode, at) => new Rung(mode, accuracies[at] / 10.0)));
            double[] speeds = [.. ladder.Rungs.Select(rung => capacities[Array.IndexOf(modes, rung.Mode)] + 1.0)];
            IReadOnlyList<DominatedRung> dominated = ladder.Dominated(speeds);
            Assert.Equal(Enumerable.Range(0, 4).Where(rung => Enumerable.Range(0, 4).Any(other => IsNoWorse(other, rung))),
                dominated.Select(pair => pair.Rung));
            Assert.All(dominated, pair => Assert.True(IsNoWorse(pair.By, pair.Rung) && dominated.All(other => other.Rung != pair.By)));

            bool IsNoWorse(int rung, int than)
            {
                (double, double) one = (ladder.Rungs[rung].Accuracy, speeds[rung]), other = (ladder.Rungs[than].Accuracy, speeds[than]);
                return one.Item1 >= other.Item1 && one.Item2 >= other.Item2 && (one != other || rung < than);
            }
        }
    }

    [Theory]
    [InlineData(0.9, 3)]
    [InlineData(0.9834, 3)]
    [InlineData(0.985, 2)]
    [InlineData(0.989, 1)]
    [InlineData(0.99, 0)]
    [InlineData(0.995, null)]
    public void A_floor_of_accuracy_is_the_last_rung_that_has_it(double accuracy, int? floor) =>
        Assert.Equal(floor, Mail().LeastOf(accuracy));

    [Fact]
    public void A_ladder_that_makes_no_sense_is_refused_by_name()
    {
        Assert.Throws<ArgumentException>(() => new ModeLadder([]));
        Assert.Contains("swift (int8) stands twice",
            Assert.Throws<ArgumentException>(() => new ModeLadder([new Rung(Swift, 0.9), new Rung(Swift, 0.8)])).Message,
            StringComparison.Ordinal);
        Assert.Contains("The accuracy of swift (int8) is NaN",
            Assert.Throws<ArgumentException>(() => new ModeLadder([new Rung(Swift, double.NaN)])).Message, StringComparison.Ordinal);
    }

    private static ModeLadder Mail() =>
        new([new Rung(Swift, 0.9834), new Rung(Two, 0.9884), new Rung(One, 0.9892), new Rung(Teacher, 0.9917)]);

    /// <summary>All lists of so many numbers of 0..values-1.</summary>
    private static IEnumerable<int[]> Tuples(int values, int length) =>
        Enumerable.Range(0, (int)Math.Pow(values, length))
            .Select(code => Enumerable.Range(0, length).Select(at => code / (int)Math.Pow(values, at) % values).ToArray());
}

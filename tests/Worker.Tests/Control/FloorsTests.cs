using System.Globalization;
using System.Text;
using Sluice.Inference.Modes;
using Sluice.Worker.Control;
using Sluice.Worker.InFlight;

namespace Worker.Tests.Control;

public sealed class FloorsTests
{
    private static readonly ModeLadder Ladder = new(
    [
        new Rung(Mode.Teacher(Precision.Int8), 0.99), new Rung(Mode.Students(1, Precision.Int8), 0.98),
        new Rung(Mode.Swift(Precision.Int8), 0.97),
    ]);

    [Fact]
    public void A_topic_s_own_floor_stands_in_the_place_of_the_one_of_all()
    {
        Floors floors = new(Ladder, 1, [new("contracts", 0), new("logs", 2)], header: "", Read);
        Assert.Equal((1, 0, 2), (Of(floors, "mails"), Of(floors, "contracts"), Of(floors, "logs")));
        Assert.Equal(2, floors.Lowest);
        Assert.Equal(1, new Floors(Ladder, 1, [new("contracts", 0)], header: "", Read).Lowest);
    }

    [Theory]
    [InlineData("0.985", 0, false)]
    [InlineData("0.98", 1, false)]
    [InlineData("0.5", 1, false)] // it may raise only
    [InlineData("0.995", 0, true)] // no rung meets it
    [InlineData("nonsense", 0, true)]
    [InlineData("", 0, true)]
    [InlineData(null, 0, true)]
    [InlineData("0.98000000000000000000000000000000000000000", 0, true)]
    public void A_header_may_raise_the_floor_and_an_unreadable_one_means_the_strictest(string? value, int floor, bool unreadable)
    {
        Floors floors = new(Ladder, 1, [], "floor", Read);
        Assert.Equal(floor, floors.Of(Record("mails", ("other", "0.99"), ("floor", value)), out bool found));
        Assert.Equal(unreadable, found);
    }

    [Fact]
    public void Of_several_headers_of_the_name_the_strictest_holds() => Assert.Equal(0,
        Of(new Floors(Ladder, 2, [], "floor", Read), "mails", ("floor", "0.97"), ("floor", "0.99"), ("floor", "0.98")));

    /// <summary>A record of a megabyte may have a hundred thousand headers: they cost no decode worker a second.</summary>
    [Theory]
    [InlineData(8, 2, false, 8)]
    [InlineData(9, 0, true, 8)]
    [InlineData(100_000, 0, true, 8)]
    public void Of_headers_without_number_eight_are_read_and_the_strictest_holds(int count, int floor, bool unreadable, int reads)
    {
        int read = 0;
        Floors floors = new(Ladder, 2, [], "floor", text =>
        {
            read++;
            return Read(text);
        });
        Envelope record = Record("mails", [.. Enumerable.Repeat<(string, string?)>(("floor", "0.97"), count)]);
        Assert.Equal((floor, unreadable), (floors.Of(record, out bool found), found));
        Assert.Equal(reads, read);
    }

    [Fact]
    public void Behind_the_strictest_floor_no_header_is_read()
    {
        Floors floors = new(Ladder, 2, [new("contracts", 0)], "floor", text =>
            text == "0.99" ? 0.99 : throw new InvalidOperationException($"{text} was read."));
        Assert.Equal(0, Of(floors, "mails", ("floor", "0.99"), ("floor", "0.98")));
        Assert.Equal(0, Of(floors, "contracts", ("floor", "nonsense")));
    }

    [Fact]
    public void A_header_of_another_name_says_nothing() =>
        Assert.Equal(2, Of(new Floors(Ladder, 2, [], "floor", Read), "mails", ("Floor", "0.99")));

    private static double? Read(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double accuracy) ? accuracy : null;

    private static int Of(Floors floors, string topic, params (string, string?)[] headers)
    {
        int floor = floors.Of(Record(topic, headers), out bool unreadable);
        Assert.False(unreadable);
        return floor;
    }

    private static Envelope Record(string topic, params (string Name, string? Value)[] headers) => new(
        new SourceOffset(new SourcePartition(topic, 0), 0, 7), null,
        [.. headers.Select(header => new RecordHeader(header.Name, header.Value is null ? null : Encoding.UTF8.GetBytes(header.Value)))],
        null);
}

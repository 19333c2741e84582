using System.Globalization;
using Sluice.Cli.DeadLetters;

namespace Cli.Tests.DeadLetters;

public sealed class TimeBoundTests
{
    [Theory]
    [InlineData("2026-11-28", "2026-11-28T00:00:00Z")]
    [InlineData("2026-11-28T13:14", "2026-11-28T13:14:00Z")]
    [InlineData("2026-11-28 13:14:15", "2026-11-28T13:14:15Z")]
    [InlineData("2026-11-28T13:14:15.5", "2026-11-28T13:14:15.5Z")]
    [InlineData("2026-11-28T13:14Z", "2026-11-28T13:14:00Z")]
    [InlineData("2026-11-28T13:14:15+02:00", "2026-11-28T11:14:15Z")]
    [InlineData("90s", "2026-11-28T11:58:30Z")]
    [InlineData("15m", "2026-11-28T11:45:00Z")]
    [InlineData("2h", "2026-11-28T10:00:00Z")]
    [InlineData("3d", "2026-11-25T12:00:00Z")]
    [InlineData("999999d", "1970-01-01T00:00:00Z")]
    public void A_time_is_a_date_or_how_long_ago(string text, string time) =>
        Assert.Equal(DateTimeOffset.Parse(time, CultureInfo.InvariantCulture), TimeBound.Parse(text, Letters.Noon));

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("28.11.2026")]
    [InlineData("1764331200")]
    [InlineData("2 h")]
    [InlineData("-2h")]
    [InlineData("9999999h")]
    [InlineData("2026-13-01")]
    public void Anything_else_is_none(string text) => Assert.Null(TimeBound.Parse(text, Letters.Noon));
}

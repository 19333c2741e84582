using Microsoft.Extensions.Time.Testing;
using Sluice.Cli.Demo.Replay;

namespace Cli.Tests.Demo;

public sealed class PaceTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Without_a_rate_nothing_is_due_at_a_time() =>
        Assert.Null(await new Pace(null, _time).DueAsync(5, CancellationToken.None));

    [Fact]
    public async Task Late_documents_keep_the_time_at_which_they_were_due()
    {
        long began = _time.GetTimestamp();
        var pace = new Pace(ArrivalSchedule.Steady(10), _time);
        _time.Advance(TimeSpan.FromSeconds(60)); // the window was full for a minute

        Assert.Equal(began + TimeSpan.FromSeconds(0.5).Ticks, await pace.DueAsync(5, CancellationToken.None));
    }
}

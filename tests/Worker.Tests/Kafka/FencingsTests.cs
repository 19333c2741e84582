using Microsoft.Extensions.Time.Testing;
using Sluice.Worker.Kafka;

namespace Worker.Tests.Kafka;

public sealed class FencingsTests
{
    [Theory]
    [InlineData(5, true)] // another worker of the same name comes back each time
    [InlineData(60, false)] // a machine that sleeps now and then
    public void Many_within_a_short_time_are_no_accident(int secondsApart, bool isTooOften)
    {
        FakeTimeProvider time = new();
        Fencings fencings = new(time);
        bool found = false;
        for (int i = 0; i < 10 && !found; i++)
        {
            found = fencings.Add(time.GetTimestamp());
            Assert.False(found && i + 1 < Fencings.Most);
            time.Advance(TimeSpan.FromSeconds(secondsApart));
        }

        Assert.Equal(isTooOften, found);
    }
}

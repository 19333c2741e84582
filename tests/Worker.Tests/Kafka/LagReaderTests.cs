using Sluice.Worker.Kafka;

namespace Worker.Tests.Kafka;

public sealed class LagReaderTests
{
    [Theory]
    [InlineData(0, 100)]
    [InlineData(0.6, 100)]
    [InlineData(3, 300)]
    [InlineData(40, 1000)]
    public void A_look_waits_by_what_the_last_one_cost(double cpuMs, double pauseMs) =>
        Assert.Equal(pauseMs, LagReader.Pause(TimeSpan.FromMilliseconds(cpuMs)).TotalMilliseconds, 3);
}

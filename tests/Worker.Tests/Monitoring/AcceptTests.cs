using Sluice.Worker.Monitoring;

namespace Worker.Tests.Monitoring;

public sealed class AcceptTests
{
    [Theory]
    [InlineData("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
        + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1", true)]
    [InlineData("application/openmetrics-text; version=1.0.0; charset=utf-8", true)]
    [InlineData("text/plain;version=0.0.4,application/openmetrics-text;version=1.0.0;q=0.6", false)]
    [InlineData("application/openmetrics-text;version=9.0.0", false)]
    [InlineData("application/openmetrics-text;q=0", false)]
    [InlineData("*/*", false)]
    [InlineData("", false)]
    [InlineData(";;q=,/,\"", false)]
    public void OpenMetrics_is_given_to_whoever_prefers_it(string accept, bool openMetrics) =>
        Assert.Equal(openMetrics, MonitoringAnswers.WantsOpenMetrics([accept]));
}

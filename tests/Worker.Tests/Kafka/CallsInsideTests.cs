using Confluent.Kafka;
using Sluice.Worker.Kafka;

namespace Worker.Tests.Kafka;

public sealed class CallsInsideTests
{
    private int _freed;

    [Fact]
    public void A_client_that_is_disposed_of_under_a_call_is_freed_when_the_call_is_out()
    {
        CallsInside calls = new(() => _freed++);
        Assert.Equal(7, calls.Make(() =>
        {
            calls.Dispose();
            Assert.Equal(0, _freed);
            return 7;
        }));
        Assert.Equal(1, _freed);
        Assert.Equal(ErrorCode.Local_Destroy, Assert.Throws<KafkaException>(() => calls.Make(() => 8)).Error.Code);
        calls.Dispose();
        Assert.Equal(1, _freed);
    }

    [Fact]
    public void A_call_that_fails_is_out()
    {
        CallsInside calls = new(() => _freed++);
        Assert.Throws<TimeoutException>(() => calls.Make<int>(() => throw new TimeoutException()));
        Assert.Equal(0, _freed);
        calls.Dispose();
        Assert.Equal(1, _freed);
    }
}

namespace FunctionalTests.Kafka;

public sealed class NativeClientTests
{
    [Fact]
    public void The_native_client_loads() => Assert.Equal("2.16.0", Confluent.Kafka.Library.VersionString);
}

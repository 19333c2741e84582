using Sluice.Worker.Kafka;

namespace Worker.Tests.Kafka;

public sealed class ClientFeaturesTests
{
    [Theory]
    [InlineData("gzip,snappy,ssl,sasl,regex,lz4,sasl_gssapi,sasl_plain,sasl_scram,plugins,zstd,sasl_oauthbearer,http,oidc",
        "librdkafka 2.16.0 with ssl, sasl_gssapi, sasl_plain, sasl_scram, sasl_oauthbearer, oidc")]
    [InlineData("gzip,ssl,sasl,sasl_plain", "librdkafka 2.16.0 with ssl, sasl_plain; without sasl_gssapi (Kerberos)")]
    [InlineData("", "librdkafka 2.16.0 with no security; without sasl_gssapi (Kerberos)")]
    public void What_it_can_do_for_security_is_told_and_that_Kerberos_is_missing(string builtIn, string told) =>
        Assert.Equal(told, ClientFeatures.Describe("2.16.0", builtIn));

    [Fact]
    public void The_loaded_library_is_asked() => Assert.Matches(@"^librdkafka 2\.\d+\.\d+ with ssl, ", ClientFeatures.Describe());
}

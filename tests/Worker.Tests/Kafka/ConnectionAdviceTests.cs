using Confluent.Kafka;
using Sluice.Worker.Kafka;

namespace Worker.Tests.Kafka;

/// <summary>By the words of librdkafka 2.16 before Kafka 4.3.</summary>
public sealed class ConnectionAdviceTests
{
    [Theory]
    [InlineData(ErrorCode.Local_Ssl, "ssl.ca.location",
        "ssl://b/bootstrap: SSL handshake failed: error:0A000086:SSL routines::certificate verify failed: broker certificate could not be "
        + "verified (after 91ms in state SSL_HANDSHAKE)")]
    [InlineData(ErrorCode.Local_Transport, "ssl.certificate.location",
        "ssl://b/bootstrap: Receive failed: error:0A000412:SSL routines::ssl/tls alert bad certificate: SSL alert number 42 (after 1ms)")]
    [InlineData(ErrorCode.Local_Transport, "ssl.certificate.location",
        "ssl://b/bootstrap: Receive failed: error:0A00045C:SSL routines::tlsv13 alert certificate required: SSL alert number 116")]
    [InlineData(ErrorCode.Local_Transport, "ssl.certificate.location", "error:0A000418:SSL routines::tlsv1 alert unknown ca")]
    [InlineData(ErrorCode.Local_Transport, "the port does not speak TLS",
        "ssl://b/bootstrap: SSL handshake failed: Disconnected: SSL connection closed by peer: connecting to a PLAINTEXT broker listener? "
        + "(after 102ms in state SSL_HANDSHAKE)")]
    [InlineData(ErrorCode.Local_Authentication, "sasl.username",
        "sasl_ssl://b/bootstrap: SASL authentication error: Authentication failed: Invalid username or password (after 301ms in state "
        + "AUTH_REQ)")]
    [InlineData(ErrorCode.Local_Authentication, "does not take the token",
        "sasl_ssl://b/bootstrap: SASL authentication error: {\"status\":\"invalid_token\"} (after 334ms in state AUTH_REQ)")]
    [InlineData(ErrorCode.Local_Authentication, "sasl.oauthbearer.client.secret",
        "Failed to acquire SASL OAUTHBEARER token: {\"error\":\"invalid_client\"}")]
    [InlineData(ErrorCode.Local_Authentication, "sasl.mechanism to one",
        "sasl_plaintext://b/bootstrap: SASL SCRAM-SHA-256 mechanism handshake failed: Broker: Unsupported SASL mechanism: broker's "
        + "supported mechanisms: PLAIN")]
    [InlineData(ErrorCode.Local_Authentication, "the port does not want SASL",
        "sasl_ssl://b/bootstrap: SASL PLAIN mechanism handshake failed: Broker: Request not valid in current SASL state: broker's "
        + "supported mechanisms:  (after 0ms in state AUTH_HANDSHAKE)")]
    [InlineData(ErrorCode.Local_Transport, "as a port with TLS does",
        "b/bootstrap: Disconnected: connection closed by peer: receive 0 after POLLIN (after 29ms in state APIVERSION_QUERY)")]
    [InlineData(ErrorCode.Local_Transport, "as a port with SASL does",
        "b/bootstrap: Disconnected: connection closed by peer: receive 0 after POLLIN (after 301ms in state UP)")]
    [InlineData(ErrorCode.Local_Transport, "as a port with SASL does",
        "ssl://b/bootstrap: Disconnected: SSL connection closed by peer (after 301ms in state UP)")]
    [InlineData(ErrorCode.Local_Transport, "that the cluster runs",
        "sasl_ssl://b/bootstrap: Disconnected: SSL connection closed by peer (after 301ms in state UP)")]
    [InlineData(ErrorCode.Local_Transport, "that the cluster runs", "b/bootstrap: Connect to ipv4#127.0.0.1:1 failed: Connection refused")]
    [InlineData(ErrorCode.Local_Transport, "that the cluster runs", "Local: Broker transport failure")]
    public void Each_cause_leads_to_its_settings(ErrorCode code, string advice, string reason) =>
        Assert.Contains(advice, ConnectionAdvice.Of(new Error(code, reason)), StringComparison.Ordinal);

    [Fact]
    public void Nothing_that_was_reported_leads_to_the_brokers() =>
        Assert.Equal("check Sluice:Kafka:BootstrapServers and that the cluster runs", ConnectionAdvice.Of(null));
}

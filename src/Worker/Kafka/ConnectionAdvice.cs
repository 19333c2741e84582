using Confluent.Kafka;

namespace Sluice.Worker.Kafka;

/// <summary>Which settings to look at when no broker answers, by what librdkafka says of its last try.</summary>
/// <remarks>It tells most of this by words alone, with one code for many causes: the words are those of librdkafka 2.16 (rdkafka_ssl.c,
/// rdkafka_sasl.c, rdkafka_broker.c), OpenSSL's alerts and RFC 7628's status, and the tests against a real broker hold them.</remarks>
internal static class ConnectionAdvice
{
    private const string Settings = "Sluice:Kafka:Common:";

    /// <summary>What to do, as the end of a sentence.</summary>
    /// <param name="error">What the client reported last; null for nothing.</param>
    public static string Of(Error? error)
    {
        string reason = error?.Reason ?? "";
        if (Has("certificate verify failed"))
            return $"see that {Settings}ssl.ca.location (or ssl.ca.pem) is the authority of the brokers' certificates, and that these name "
                + "the hosts of Sluice:Kafka:BootstrapServers and are of today";
        if (Has("alert") && (Has("certificate") || Has("unknown ca")))
            return "the broker wants a certificate of this worker that it believes: see "
                + $"{Settings}ssl.certificate.location and ssl.key.location (or ssl.keystore.location)";
        if (Has("PLAINTEXT broker listener") || Has("wrong version number") || (Has("Disconnected") && Has("state SSL_HANDSHAKE")))
            return $"the port does not speak TLS: set {Settings}security.protocol to what it speaks, PLAINTEXT or SASL_PLAINTEXT, or give "
                + "the port with TLS in Sluice:Kafka:BootstrapServers";
        if (Has("OAUTHBEARER token"))
            return $"see {Settings}sasl.oauthbearer.token.endpoint.url, sasl.oauthbearer.client.id and sasl.oauthbearer.client.secret";
        if (Has("Unsupported SASL mechanism")) return $"set {Settings}sasl.mechanism to one that the broker has";
        if (Has("not valid in current SASL state"))
            return $"the port does not want SASL: set {Settings}security.protocol to PLAINTEXT or SSL, or give the port with SASL in "
                + "Sluice:Kafka:BootstrapServers";
        if (error?.Code == ErrorCode.Local_Authentication)
            return Has("\"status\":\"invalid_token\"")
                ? $"the broker does not take the token: see {Settings}sasl.oauthbearer.*, and what the broker expects"
                : $"see {Settings}sasl.username, sasl.password and sasl.mechanism";
        if (Has("Disconnected") && Has("state APIVERSION_QUERY"))
            return "the broker closes the connection at the first word, as a port with TLS does where the client speaks none: see "
                + $"{Settings}security.protocol (SSL or SASL_SSL) and ssl.ca.location";
        if (Has("Disconnected") && !reason.StartsWith("sasl_", StringComparison.Ordinal))
            return "the broker closes the connection without an answer, as a port with SASL does where the client has no user: see "
                + $"{Settings}security.protocol (SASL_SSL or SASL_PLAINTEXT), sasl.mechanism, sasl.username and sasl.password";
        return "check Sluice:Kafka:BootstrapServers and that the cluster runs";

        bool Has(string words) => reason.Contains(words, StringComparison.OrdinalIgnoreCase);
    }
}

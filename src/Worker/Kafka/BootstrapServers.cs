using System.Text.RegularExpressions;

namespace Sluice.Worker.Kafka;

/// <summary>The form of a list of brokers. librdkafka takes any text for one, and repeats it in its log: a password before the address
/// would stand there.</summary>
internal static partial class BootstrapServers
{
    /// <summary>What is wrong with a text that is no such list, to follow the name of the setting or option.</summary>
    public const string Fault = "is no list of brokers; write host:port, several with commas between them. A user and a password are "
        + "sasl.username and sasl.password of Sluice:Kafka:Common.";

    /// <summary>Whether a text is a list of <c>host:port</c>, each perhaps with a protocol before it
    /// (<c>SASL_SSL://</c>) or without a port.</summary>
    public static bool IsList(string servers) => servers.Split(',').All(server => Address().IsMatch(server.Trim()));

    [GeneratedRegex(@"^([A-Za-z_]+://)?([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.%]+\])(:[0-9]{1,5})?\z")]
    private static partial Regex Address();
}

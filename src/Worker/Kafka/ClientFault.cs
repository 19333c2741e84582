using System.Text.RegularExpressions;
using Confluent.Kafka;

namespace Sluice.Worker.Kafka;

/// <summary>What a client told of something that failed. Immutable.</summary>
/// <param name="Code">The client's code, or the broker's.</param>
/// <param name="Reason">The same in words, cleaned of secrets.</param>
internal sealed partial record ClientFault(ErrorCode Code, string Reason)
{
    /// <summary>What to do where it <see cref="IsOfSecurity"/>: the end of a sentence without its full stop.</summary>
    public const string SecurityAdvice = "set Sluice:Kafka:Common:security.protocol as the listener at that port has it (PLAINTEXT, SSL, "
        + "SASL_PLAINTEXT, SASL_SSL), and look at user, password and certificates";

    /// <summary>The batch cannot be read where it lies.</summary>
    public bool IsUnreadable => Unreadable(Code);

    /// <summary>A member of the group assigns partitions in another way.</summary>
    public bool IsOfAssignor => Code == ErrorCode.InconsistentGroupProtocol;

    /// <summary>The client and a broker do not agree on <c>security.protocol</c>, or on who the client is.</summary>
    /// <remarks>Of a port of another protocol the words alone tell (librdkafka's rdkafka_broker.c): a connection that ends before it is
    /// ready, or within its first moments.</remarks>
    public bool IsOfSecurity => Code is ErrorCode.Local_Ssl or ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed
            or ErrorCode.UnsupportedSaslMechanism or ErrorCode.IllegalSaslState
        || (Code is ErrorCode.Local_Transport or ErrorCode.Local_AllBrokersDown
            && (Reason.Contains("security.protocol", StringComparison.Ordinal) || EndsAtOnce().IsMatch(Reason)));

    /// <summary>Whether a code says that a batch cannot be read: what the client finds itself (a checksum, what cannot be unpacked, a codec
    /// or a format that it does not know), and what the broker says of its own log.</summary>
    public static bool Unreadable(ErrorCode code) => code is ErrorCode.Local_BadMsg or ErrorCode.Local_BadCompression
        or ErrorCode.Local_NotImplemented or ErrorCode.InvalidMsg;

    /// <summary>Code and words, without a full stop.</summary>
    public override string ToString() => $"{Code}: {Reason.TrimEnd('.', ' ')}";

    [GeneratedRegex(@"Disconnected.*\(after \d{1,2}ms in state (UP|APIVERSION_QUERY)")]
    private static partial Regex EndsAtOnce();
}

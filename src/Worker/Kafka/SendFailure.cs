using Confluent.Kafka;

namespace Sluice.Worker.Kafka;

/// <summary>Why a record was not delivered; the client has tried all that may help. Immutable.</summary>
/// <param name="Code">The client's or the broker's code.</param>
/// <param name="Reason">The same in words, cleaned of secrets.</param>
internal sealed record SendFailure(ErrorCode Code, string Reason)
{
    /// <summary>The record, or the batch that it was in, is larger than one message may be.</summary>
    public bool IsForItsSize => Code == ErrorCode.MsgSizeTooLarge;

    /// <summary>
    /// One record is at fault, perhaps another of the same batch: a whole batch fails with the one that a broker does not take, and the
    /// others are told Local_InvalidDifferentRecord (KIP-467), or the same.
    /// </summary>
    public bool IsOfOneRecord =>
        IsForItsSize || IsForItsPartition || Code is ErrorCode.InvalidRecord or ErrorCode.Local_InvalidDifferentRecord;

    /// <summary>Its topic has no such partition, any more or yet.</summary>
    public bool IsForItsPartition => Code == ErrorCode.Local_UnknownPartition;

    /// <summary>Sent again it would fail again: somebody has to change the cluster first.</summary>
    public bool IsForGood => Code is ErrorCode.TopicAuthorizationFailed or ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic
        or ErrorCode.Local_UnknownPartition or ErrorCode.TopicException;

    /// <summary>A commit whose answer was lost did not take place.</summary>
    public static SendFailure NotCommitted { get; } =
        new(ErrorCode.Local_TimedOut, "its commit had no answer, and the group's offsets show that it did not take place");

    /// <summary>The reason, the code and the way out, in two sentences.</summary>
    public override string ToString() => $"{Reason} ({Code}). {WayOut}";

    private string WayOut => Code switch
    {
        ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition => "Create the topic.",
        ErrorCode.TopicAuthorizationFailed => "Allow this user to write to it.",
        ErrorCode.MsgSizeTooLarge => "Raise the topic's max.message.bytes and Sluice:Kafka:Producer:message.max.bytes.",
        ErrorCode.InvalidRecord => "A compacted topic takes no record without a key: make it with cleanup.policy=delete.",
        _ => "See the broker's log.",
    };
}

using Confluent.Kafka;
using Sluice.Worker.InFlight;

namespace Sluice.Worker.Kafka;

/// <summary>What became of a record could not be delivered, for good: the client has tried all that may help.</summary>
internal sealed class DeliveryException(SourceOffset source, string topic, Error error)
    : Exception($"The output of {source} could not be delivered to topic '{topic}': {error.Reason} ({error.Code}). {WayOut(error.Code)} The offset is not committed; the record is read again at the next start.")
{
    private static string WayOut(ErrorCode code) => code switch
    {
        ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition => "Create the topic.",
        ErrorCode.TopicAuthorizationFailed => "Allow this user to write to it.",
        ErrorCode.MsgSizeTooLarge => "Raise the topic's max.message.bytes and Sluice:Kafka:Producer:message.max.bytes.",
        ErrorCode.InvalidRecord => "A compacted topic takes no record without a key: make it with cleanup.policy=delete.",
        _ => "See the broker's log.",
    };
}

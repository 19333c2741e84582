using System.Text.Json;

namespace Sluice.Worker.Kafka;

/// <summary>The few figures of librdkafka's statistics that are told on. Immutable. What it did not say is 0.</summary>
/// <param name="BrokersUp">Brokers in the state UP.</param>
/// <param name="SlowestRoundTrip">Mean time of a request, of the slowest of them.</param>
/// <param name="QueuedMessages">Of a producer messages in its queues, of a consumer those that are fetched ahead.</param>
/// <param name="QueuedBytes">Their bytes.</param>
/// <param name="SentMessages">Messages that were sent to brokers.</param>
/// <param name="SentMessageBytes">Their bytes.</param>
/// <param name="ReceivedMessages">Messages that were fetched.</param>
/// <param name="ReceivedMessageBytes">Their bytes.</param>
/// <param name="SentBytes">Bytes of requests.</param>
/// <param name="ReceivedBytes">Bytes of answers.</param>
/// <param name="Retries">Requests that were sent again.</param>
/// <param name="Timeouts">Requests that timed out.</param>
/// <param name="Errors">Transmissions and receptions that failed.</param>
/// <param name="Disconnects">Connections that ended.</param>
/// <remarks>Names and meanings: librdkafka's STATISTICS.md.</remarks>
internal sealed record ClientFigures(
    int BrokersUp, TimeSpan SlowestRoundTrip, long QueuedMessages, long QueuedBytes, long SentMessages, long SentMessageBytes,
    long ReceivedMessages, long ReceivedMessageBytes, long SentBytes, long ReceivedBytes, long Retries, long Timeouts, long Errors,
    long Disconnects)
{
    /// <summary>Reads them.</summary>
    /// <param name="json">One object, in UTF-8; what is not known in it is passed over.</param>
    /// <returns>Null where it is no JSON object, or not as it should be.</returns>
    public static ClientFigures? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            Utf8JsonReader reader = new(json);
            return StatisticsReader.Read(ref reader);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

using System.Text.Json;

namespace Sluice.Worker.Kafka;

/// <summary>Takes the useful numbers out of librdkafka's statistics, in one pass and without a tree of them: they may be a megabyte where
/// there are many partitions.</summary>
internal static class StatisticsReader
{
    private const long MostUs = 3_600_000_000; // an hour, more than any request may take

    private static readonly string[] WholeNumbers =
        ["msg_cnt", "msg_size", "tx_bytes", "rx_bytes", "txmsgs", "txmsg_bytes", "rxmsgs", "rxmsg_bytes"];

    private static readonly string[] BrokerNumbers = ["txretries", "txerrs", "rxerrs", "req_timeouts", "disconnects"];

    private static readonly string[] PartitionNumbers = ["fetchq_cnt", "fetchq_size"];

    /// <param name="reader">Before the object.</param>
    /// <exception cref="JsonException">It is none.</exception>
    public static ClientFigures? Read(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;
        Dictionary<string, long> sums = [];
        int up = 0;
        double slowestUs = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("brokers"u8)) ReadBrokers(ref reader, sums, ref up, ref slowestUs);
            else if (reader.ValueTextEquals("topics"u8)) ReadTopics(ref reader, sums);
            else AddNumber(ref reader, sums, WholeNumbers);
        }

        return new ClientFigures(up, TimeSpan.FromMicroseconds(slowestUs),
            Of("msg_cnt") + Of("fetchq_cnt"), Of("msg_size") + Of("fetchq_size"), Of("txmsgs"), Of("txmsg_bytes"), Of("rxmsgs"),
            Of("rxmsg_bytes"), Of("tx_bytes"), Of("rx_bytes"), Of("txretries"), Of("req_timeouts"), Of("txerrs") + Of("rxerrs"),
            Of("disconnects"));

        long Of(string name) => sums.GetValueOrDefault(name);
    }

    private static void ReadBrokers(ref Utf8JsonReader reader, Dictionary<string, long> sums, ref int up, ref double slowestUs)
    {
        if (!Enter(ref reader)) return;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!Enter(ref reader)) continue;
            bool isUp = false;
            double meanUs = 0;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("state"u8)) isUp = reader.Read() && IsUp(ref reader);
                else if (reader.ValueTextEquals("rtt"u8)) meanUs = ReadMean(ref reader);
                else AddNumber(ref reader, sums, BrokerNumbers);
            }

            if (!isUp) continue;
            up++;
            slowestUs = Math.Max(slowestUs, meanUs);
        }
    }

    private static void ReadTopics(ref Utf8JsonReader reader, Dictionary<string, long> sums)
    {
        if (!Enter(ref reader)) return;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!Enter(ref reader)) continue;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isPartitions = reader.ValueTextEquals("partitions"u8);
                if (!isPartitions) PassValue(ref reader);
                else if (Enter(ref reader)) ReadPartitions(ref reader, sums);
            }
        }
    }

    private static void ReadPartitions(ref Utf8JsonReader reader, Dictionary<string, long> sums)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!Enter(ref reader)) continue;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) AddNumber(ref reader, sums, PartitionNumbers);
        }
    }

    // The mean of the last interval, in microseconds.
    private static double ReadMean(ref Utf8JsonReader reader)
    {
        double mean = 0;
        if (!Enter(ref reader)) return mean;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isMean = reader.ValueTextEquals("avg"u8);
            PassValue(ref reader);
            if (isMean && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long us)) mean = Math.Clamp(us, 0, MostUs);
        }

        return mean;
    }

    private static bool IsUp(ref Utf8JsonReader reader)
    {
        bool isUp = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("UP"u8);
        reader.Skip();
        return isUp;
    }

    private static void AddNumber(ref Utf8JsonReader reader, Dictionary<string, long> sums, string[] names)
    {
        string? name = null;
        foreach (string one in names)
            if (reader.ValueTextEquals(one)) name = one;
        PassValue(ref reader);
        if (name is not null && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long value))
            sums[name] = sums.GetValueOrDefault(name) + Math.Max(0, value);
    }

    // Whether the value is an object; its first name is next. Any other value is passed over.
    private static bool Enter(ref Utf8JsonReader reader)
    {
        if (!reader.Read()) return false;
        if (reader.TokenType == JsonTokenType.StartObject) return true;
        reader.Skip();
        return false;
    }

    private static void PassValue(ref Utf8JsonReader reader)
    {
        if (reader.Read()) reader.Skip();
    }
}

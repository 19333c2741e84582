using System.Globalization;
using System.Text;

namespace TestKit;

/// <summary>What Debezium writes of a table of mails, in JSON and in Avro, made after the examples of its reference.</summary>
public static class ChangeEvents
{
    /// <summary>The schema of an event; of a row's columns <c>id</c> and <c>body</c> are there.</summary>
    public const string Schema = """
        {"type":"record","name":"Envelope","namespace":"shop.public.mails","fields":[
          {"name":"before","type":["null",{"type":"record","name":"Value","fields":[
            {"name":"id","type":"int"},{"name":"body","type":["null","string"],"default":null}],
            "connect.name":"shop.public.mails.Value"}],"default":null},
          {"name":"after","type":["null","Value"],"default":null},
          {"name":"source","type":{"type":"record","name":"Source","namespace":"io.debezium.connector.postgresql","fields":[
            {"name":"version","type":"string"},{"name":"ts_ms","type":"long"},{"name":"snapshot","type":[{"type":"string",
              "connect.version":1,"connect.default":"false","connect.name":"io.debezium.data.Enum"},"null"],"default":"false"},
            {"name":"lsn","type":["null","long"],"default":null}],"connect.name":"io.debezium.connector.postgresql.Source"}},
          {"name":"transaction","type":["null",{"type":"record","name":"block","namespace":"event","fields":[
            {"name":"id","type":"string"},{"name":"total_order","type":"long"}],"connect.name":"event.block"}],"default":null},
          {"name":"op","type":"string"},
          {"name":"ts_ms","type":["null","long"],"default":null}],
          "connect.name":"shop.public.mails.Envelope"}
        """;

    public const string HeartbeatSchema = """
        {"type":"record","name":"Heartbeat","namespace":"io.debezium.connector.common","fields":[{"name":"ts_ms","type":"long"}]}
        """;

    public const string SchemaChangeSchema = """
        {"type":"record","name":"SchemaChangeValue","namespace":"io.debezium.connector.mysql","fields":[
          {"name":"source","type":{"type":"record","name":"Source","fields":[]}},
          {"name":"databaseName","type":["null","string"],"default":null},{"name":"ddl","type":["null","string"],"default":null}]}
        """;

    public const string TransactionSchema = """
        {"type":"record","name":"TransactionMetadataValue","namespace":"io.debezium.connector.common","fields":[
          {"name":"status","type":"string"},{"name":"id","type":"string"},
          {"name":"event_count","type":["null","long"],"default":null},
          {"name":"data_collections","type":["null",{"type":"array","items":"string"}],"default":null}]}
        """;

    public const string MessageSchema = """
        {"type":"record","name":"MessageValue","namespace":"io.debezium.connector.postgresql","fields":[
          {"name":"op","type":"string"},{"name":"ts_ms","type":["null","long"],"default":null},
          {"name":"message","type":{"type":"record","name":"Message","fields":[{"name":"prefix","type":"string"}]}}]}
        """;

    public const string Heartbeat = """{"ts_ms":1764230400000}""";
    public const string NewHeartbeat = """{"ts_ms":1764230400000,"ts_us":1764230400000000,"ts_ns":1764230400000000000}""";
    public const string SchemaChange = """
        {"source":{"server":"shop"},"ts_ms":1,"databaseName":"inventory","schemaName":null,"ddl":"ALTER TABLE mails ADD x int",
        "tableChanges":[]}
        """;

    public const string Transaction = """{"status":"END","id":"571:53195829","event_count":2,"data_collections":[],"ts_ms":2}""";

    /// <summary>An event in Avro, without a frame.</summary>
    /// <param name="operation">One of Debezium's letters, or something else.</param>
    /// <param name="before">The row before; null for none.</param>
    /// <param name="after">The row after; null for none.</param>
    public static byte[] Avro(string operation, (int Id, string? Body)? before, (int Id, string? Body)? after) =>
    [
        .. AvroRow(before), .. AvroRow(after), .. AvroText("3.4.0.Final"), .. AvroLong(1_764_230_400_000),
        .. AvroLong(0), .. AvroText("false"), .. AvroLong(1), .. AvroLong(42), // snapshot, lsn
        .. AvroLong(0), .. AvroText(operation), .. AvroLong(1), .. AvroLong(1_764_230_400_001),
    ];

    /// <summary>An event in JSON.</summary>
    /// <inheritdoc cref="Avro"/>
    public static string Json(string operation, (int Id, string? Body)? before, (int Id, string? Body)? after) =>
        $$$"""
        {"before":{{{JsonRow(before)}}},"after":{{{JsonRow(after)}}},"source":{"version":"3.4.0.Final","op":"x","after":{"body":"no"}},
        "transaction":null,"op":"{{{operation}}}","ts_ms":1764230400001}
        """;

    /// <summary>A value in Connect's JSON with its schema.</summary>
    public static string Wrapped(string payload) =>
        $$$"""{"schema":{"type":"struct","fields":[{"field":"op","type":"string"}],"name":"shop.Envelope"},"payload":{{{payload}}}}""";

    public static byte[] AvroText(string text) => [.. AvroLong(Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    public static byte[] AvroLong(long value)
    {
        ulong left = (ulong)((value << 1) ^ (value >> 63));
        List<byte> bytes = [];
        for (; left > 0x7F; left >>= 7) bytes.Add((byte)(left | 0x80));
        return [.. bytes, (byte)left];
    }

    private static byte[] AvroRow((int Id, string? Body)? row)
    {
        if (row is not { } columns) return AvroLong(0);
        byte[] body = columns.Body is null ? AvroLong(0) : [.. AvroLong(1), .. AvroText(columns.Body)];
        return [.. AvroLong(1), .. AvroLong(columns.Id), .. body];
    }

    private static string JsonRow((int Id, string? Body)? row)
    {
        if (row is not { } columns) return "null";
        string body = columns.Body is null ? "null" : $"\"{columns.Body}\"";
        return string.Create(CultureInfo.InvariantCulture, $$"""{"id":{{columns.Id}},"body":{{body}}}""");
    }
}

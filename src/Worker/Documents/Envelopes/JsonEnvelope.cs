using System.Text.Json;

namespace Sluice.Worker.Documents.Envelopes;

/// <summary>A member of a JSON object.</summary>
/// <param name="Kind">The first token of its value; <see cref="JsonTokenType.None"/> where it is not there.</param>
/// <param name="Start">First byte of its value in the text that was read.</param>
/// <param name="Length">Bytes of its value.</param>
internal readonly record struct JsonMember(JsonTokenType Kind, int Start, int Length);

/// <summary>The members of a JSON object that envelopes have, found in one pass over it.</summary>
/// <remarks>Of a member that is there twice the last one counts. Debezium's envelope may stand inside Connect's: then the members are those
/// of the payload. Nothing is copied.</remarks>
internal struct JsonEnvelope
{
    private int _members, _times;
    private ChangeNames _names;

    /// <summary>The document in Connect's envelope.</summary>
    public JsonMember Payload { get; private set; }

    /// <summary>The row in Debezium's envelope.</summary>
    public JsonMember After { get; private set; }

    private JsonMember Operation { get; set; }

    /// <summary>Finds them in the object whose beginning the reader stands at, and goes on to its end.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="InvalidOperationException">A property name is not valid Unicode text.</exception>
    public static JsonEnvelope Read(ref Utf8JsonReader json)
    {
        JsonEnvelope outer = default, inner = default;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            bool isPayload = json.ValueTextEquals("payload"u8);
            if (!isPayload)
            {
                outer.Add(ref json);
                continue;
            }

            outer._members++;
            json.Read();
            (JsonTokenType kind, int start) = (json.TokenType, (int)json.TokenStartIndex);
            inner = default;
            if (kind == JsonTokenType.StartObject) inner = ReadMembers(ref json);
            else json.Skip();
            outer.Payload = new JsonMember(kind, start, (int)json.BytesConsumed - start);
        }

        if (outer.Operation.Kind != JsonTokenType.None || outer.Payload.Kind != JsonTokenType.StartObject) return outer;
        inner.Payload = outer.Payload;
        return inner;
    }

    /// <summary>What the value is to Debezium.</summary>
    /// <param name="text">The text that was read.</param>
    public readonly ChangeKind KindOf(ReadOnlySpan<byte> text)
    {
        if (Operation.Kind == JsonTokenType.String)
        {
            ChangeKind kind = ChangeFields.KindOf(text.Slice(Operation.Start + 1, Operation.Length - 2));
            return kind == ChangeKind.Row && After.Kind != JsonTokenType.StartObject ? ChangeKind.RowMissing : kind;
        }

        if (Operation.Kind != JsonTokenType.None) return ChangeKind.UnknownOperation;
        // As Connect writes a tombstone, and nothing beside it: a document may well have a payload.
        if (Payload.Kind == JsonTokenType.Null && _members == 2 && _names.HasFlag(ChangeNames.Schema)) return ChangeKind.Delete;
        if (_names.HasFlag(ChangeNames.OfSchemaChange)) return ChangeKind.SchemaChange;
        if (_names.HasFlag(ChangeNames.OfTransaction)) return ChangeKind.Transaction;
        return _times > 0 && _times == _members ? ChangeKind.Heartbeat : ChangeKind.NoChange;
    }

    private static JsonEnvelope ReadMembers(ref Utf8JsonReader json)
    {
        JsonEnvelope found = default;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName) found.Add(ref json);
        return found;
    }

    // The reader stands at the name, and is left at the end of the value.
    private void Add(ref Utf8JsonReader json)
    {
        _members++;
        if (json.ValueTextEquals("op"u8)) Operation = Value(ref json);
        else if (json.ValueTextEquals("after"u8)) After = Value(ref json);
        else Note(ref json);
    }

    // The names of ChangeFields, in UTF-8.
    private void Note(ref Utf8JsonReader json)
    {
        if (json.ValueTextEquals("ts_ms"u8) || json.ValueTextEquals("ts_us"u8) || json.ValueTextEquals("ts_ns"u8)) _times++;
        else if (json.ValueTextEquals("schema"u8)) _names |= ChangeNames.Schema;
        else if (json.ValueTextEquals("source"u8)) _names |= ChangeNames.Source;
        else if (json.ValueTextEquals("databaseName"u8)) _names |= ChangeNames.Database;
        else if (json.ValueTextEquals("ddl"u8)) _names |= ChangeNames.Statement;
        else if (json.ValueTextEquals("status"u8)) _names |= ChangeNames.Status;
        else if (json.ValueTextEquals("id"u8)) _names |= ChangeNames.Id;
        else if (json.ValueTextEquals("event_count"u8)) _names |= ChangeNames.EventCount;
        else if (json.ValueTextEquals("data_collections"u8)) _names |= ChangeNames.Collections;
        Value(ref json);
    }

    private static JsonMember Value(ref Utf8JsonReader json)
    {
        json.Read();
        (JsonTokenType kind, int start) = (json.TokenType, (int)json.TokenStartIndex);
        json.Skip();
        return new JsonMember(kind, start, (int)json.BytesConsumed - start);
    }
}

/// <summary>Names that a JSON object has, of those by which what Debezium writes beside rows is known: all of them together, for a row that
/// is taken for one of these is lost.</summary>
[Flags]
internal enum ChangeNames
{
    None = 0,
    Schema = 1,
    Source = 2,
    Database = 4,
    Statement = 8,
    Status = 16,
    Id = 32,
    EventCount = 64,
    Collections = 128,
    OfSchemaChange = Source | Database | Statement,
    OfTransaction = Status | Id | EventCount | Collections,
}

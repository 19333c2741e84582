using System.Text;
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
    // The names of ChangeFields as a reader of UTF-8 compares them.
    private static readonly byte[] OperationName = Utf8(ChangeFields.Operation), AfterName = Utf8(ChangeFields.After);
    private static readonly byte[][] Times =
        [Utf8(ChangeFields.Milliseconds), Utf8(ChangeFields.Microseconds), Utf8(ChangeFields.Nanoseconds)];
    private static readonly byte[][] Others = [.. ChangeFields.OfSchemaChange.Concat(ChangeFields.OfTransaction).Select(Utf8)];
    private static readonly int OfSchemaChange = (1 << ChangeFields.OfSchemaChange.Length) - 1,
        OfTransaction = ((1 << Others.Length) - 1) & ~OfSchemaChange;

    private int _members, _times;
    private int _others; // a bit for each of Others that is there
    private bool _hasSchema, _isConnect;

    /// <summary>The document in Connect's envelope.</summary>
    public JsonMember Payload { get; private set; }

    /// <summary>The row in Debezium's envelope.</summary>
    public JsonMember After { get; private set; }

    private JsonMember Operation { get; set; }

    /// <summary>The envelope that is there, whatever is configured: an operation with a row is Debezium's, <c>schema</c> and <c>payload</c>
    /// alone are Connect's.</summary>
    public readonly InputEnvelope Around => Operation.Kind == JsonTokenType.String && After.Kind != JsonTokenType.None
        ? InputEnvelope.Debezium
        : _isConnect ? InputEnvelope.Connect : InputEnvelope.None;

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

        outer._isConnect = outer._members == 2 && outer._hasSchema && outer.Payload.Kind != JsonTokenType.None;
        if (outer.Operation.Kind != JsonTokenType.None || outer.Payload.Kind != JsonTokenType.StartObject) return outer;
        (inner.Payload, inner._isConnect) = (outer.Payload, outer._isConnect);
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
        if (Payload.Kind == JsonTokenType.Null && _members == 2 && _hasSchema) return ChangeKind.Delete;
        if ((_others & OfSchemaChange) == OfSchemaChange) return ChangeKind.SchemaChange;
        if ((_others & OfTransaction) == OfTransaction) return ChangeKind.Transaction;
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
        if (json.ValueTextEquals(OperationName)) Operation = Value(ref json);
        else if (json.ValueTextEquals(AfterName)) After = Value(ref json);
        else Note(ref json);
    }

    // All of a kind together tell what is no row: one that is taken for it is lost.
    private void Note(ref Utf8JsonReader json)
    {
        if (PlaceIn(Times, ref json) >= 0) _times++;
        else if (PlaceIn(Others, ref json) is var place and >= 0) _others |= 1 << place;
        else if (json.ValueTextEquals("schema"u8)) _hasSchema = true;
        Value(ref json);
    }

    private static int PlaceIn(byte[][] names, ref Utf8JsonReader json)
    {
        for (int i = 0; i < names.Length; i++)
            if (json.ValueTextEquals(names[i])) return i;
        return -1;
    }

    private static JsonMember Value(ref Utf8JsonReader json)
    {
        json.Read();
        (JsonTokenType kind, int start) = (json.TokenType, (int)json.TokenStartIndex);
        json.Skip();
        return new JsonMember(kind, start, (int)json.BytesConsumed - start);
    }

    private static byte[] Utf8(string name) => Encoding.UTF8.GetBytes(name);
}

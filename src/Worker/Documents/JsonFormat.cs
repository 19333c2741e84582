using System.Diagnostics;
using System.Text.Json;
using System.Text.Unicode;
using Sluice.Worker.Documents.Envelopes;
using Sluice.Worker.InFlight;

namespace Sluice.Worker.Documents;

/// <summary>
/// Finds fields in a value that is one JSON object (RFC 8259), at most 64 levels deep. Unescaped text is used where it stands; only escaped
/// text is copied. Before the object there may be what <see cref="Preamble"/> passes over, and around it an <see cref="InputEnvelope"/>.
/// </summary>
/// <remarks>
/// Of a property that is there twice the last one counts, whatever it holds and whatever led to a field before: after
/// <c>{"mail":{"body":"a"},"mail":null}</c> there is no <c>mail.body</c>. So what is wrong with a field is told only at the end.
/// </remarks>
internal sealed class JsonFormat(InputOptions options) : IDocumentFormat
{
    private readonly JsonPathNode _root = JsonPathNode.Of(options);

    public ValueTask<Rejection?> PrepareAsync(IReadOnlyList<RecordHeader> headers, ReadOnlyMemory<byte> value, CancellationToken stop) =>
        ValueTask.FromResult<Rejection?>(null);

    public RecordContent Read(IReadOnlyList<RecordHeader> headers, ReadOnlySpan<byte> value, DocumentFields fields)
    {
        if (Preamble.BeforeJson(value, out int start) is { } framed) return framed;
        Utf8JsonReader json = new(value[start..]);
        fields.Origin = start;
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
                return new Rejection(RejectionReason.MalformedJson, $"the value is {Kind(json.TokenType)}, not a JSON object");
            if (options.Envelope != InputEnvelope.None && Enter(ref json, value[start..], fields) is { } other) return other;
            ReadObject(ref json, _root, fields);
            json.Read(); // what follows the object is an error
            return Check(fields) is { } fault ? fault : RecordContent.Document.Found;
        }
        catch (JsonException e)
        {
            return new Rejection(RejectionReason.MalformedJson,
                $"the value is not JSON, or deeper than {json.CurrentState.Options.MaxDepth} levels, "
                + $"at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}");
        }
        catch (InvalidOperationException) // a property name that is half a surrogate pair, met while names are compared
        {
            return new Rejection(RejectionReason.MalformedJson,
                $"a property name near byte {fields.Origin + json.TokenStartIndex + 1} of the value is not valid Unicode text");
        }
    }

    /// <summary>Goes on to the document in the envelope whose beginning the reader stands at.</summary>
    /// <returns>What the value is where there is no document in it, else null: the reader stands at the document's beginning.</returns>
    private RecordContent? Enter(ref Utf8JsonReader json, ReadOnlySpan<byte> text, DocumentFields fields)
    {
        JsonEnvelope envelope = JsonEnvelope.Read(ref json);
        json.Read(); // what follows the object is an error
        JsonMember document = options.Envelope == InputEnvelope.Connect ? envelope.Payload : envelope.After;
        RecordContent? other = options.Envelope == InputEnvelope.Connect
            ? EnvelopeContent.OfPayload(document.Kind)
            : EnvelopeContent.Of(envelope.KindOf(text));
        if (other is not null) return other;
        json = new Utf8JsonReader(text.Slice(document.Start, document.Length));
        json.Read();
        fields.Origin += document.Start;
        return null;
    }

    private static void ReadObject(ref Utf8JsonReader json, JsonPathNode node, DocumentFields fields)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            JsonPathNode? child = node.Find(ref json);
            json.Read();
            if (child is null)
            {
                json.Skip();
                continue;
            }

            child.Forget(fields);
            child.Keep(Take(ref json, fields), fields);
            if (json.TokenType == JsonTokenType.StartObject) ReadObject(ref json, child, fields);
            else json.Skip();
        }
    }

    private static FieldText Take(ref Utf8JsonReader json, DocumentFields fields)
    {
        int start = (int)json.TokenStartIndex;
        switch (json.TokenType)
        {
            case JsonTokenType.Null:
                return new FieldText(FieldState.Null);
            case JsonTokenType.String when !json.ValueIsEscaped:
                return new FieldText(Utf8.IsValid(json.ValueSpan) ? FieldState.Present : FieldState.NotUnicode, InScratch: false,
                    start + 1, json.ValueSpan.Length);
            case JsonTokenType.String:
                try
                {
                    return fields.Commit(json.CopyString(fields.Reserve(json.ValueSpan.Length)));
                }
                catch (InvalidOperationException) // bytes that are no UTF-8, or half a surrogate pair
                {
                    return new FieldText(FieldState.NotUnicode);
                }

            case JsonTokenType.Number:
                return new FieldText(FieldState.Number, InScratch: false, start, json.ValueSpan.Length);
            case JsonTokenType.True or JsonTokenType.False or JsonTokenType.StartObject or JsonTokenType.StartArray:
                return new FieldText(FieldState.NoText, Kind: json.TokenType);
            default:
                throw new UnreachableException($"No JSON value begins with {json.TokenType}. This is a bug.");
        }
    }

    /// <summary>What is wrong with the fields as the last of each name left them. An id that is no text is none.</summary>
    private Rejection? Check(DocumentFields fields)
    {
        for (int i = 0; i < fields.Text.Length; i++)
        {
            FieldText field = fields.Text[i];
            if (field.State == FieldState.NotUnicode)
                return new Rejection(RejectionReason.InvalidUtf8, $"field '{options.TextFields[i]}' is not valid Unicode text");
            if (field.State is FieldState.Number or FieldState.NoText)
            {
                string kind = Kind(field.State == FieldState.Number ? JsonTokenType.Number : field.Kind);
                return new Rejection(RejectionReason.NotText, $"field '{options.TextFields[i]}' is {kind}, not a string");
            }
        }

        fields.Id = fields.Id.State switch
        {
            FieldState.Number => fields.Id with { State = FieldState.Present },
            FieldState.NotUnicode or FieldState.NoText => default,
            FieldState.Missing or FieldState.Null or FieldState.Present => fields.Id,
            var other => throw new UnreachableException($"An id is {other} after it was read. This is a bug."),
        };
        return null;
    }

    private static string Kind(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "true or false",
        JsonTokenType.Null => "null",
        _ => throw new UnreachableException($"No JSON value begins with {type}. This is a bug."),
    };
}

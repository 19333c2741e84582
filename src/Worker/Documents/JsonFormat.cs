using System.Diagnostics;
using System.Text.Json;
using Sluice.Worker.Documents.Envelopes;
using Sluice.Worker.Documents.Paths;
using Sluice.Worker.InFlight;
using Sluice.Worker.Wording;

namespace Sluice.Worker.Documents;

/// <summary>
/// Finds fields in a value that is one JSON object (RFC 8259), at most 64 levels deep. Unescaped text is used where it stands; only escaped
/// text is copied. Before the object there may be what <see cref="Preamble"/> passes over, and around it an <see cref="InputEnvelope"/>.
/// </summary>
/// <remarks>
/// Of a property that is there twice the last one counts, whatever it holds and whatever led to a field before: after
/// <c>{"mail":{"body":"a"},"mail":null}</c> there is no <c>mail.body</c>. So what is wrong with a field is told only at the end.
/// </remarks>
internal sealed class JsonFormat(InputOptions options, OutputOptions output) : IDocumentFormat
{
    private readonly WantedField _root = WantedField.Of(DocumentPaths.Of(options, output));
    private readonly bool[] _isOptional = [.. options.TextFields.Select(path => options.OptionalFields.Contains(path))];

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
                return new Rejection(RejectionReason.MalformedJson, $"the value is {JsonKind.Of(json.TokenType)}, not a JSON object");
            if (options.Envelope != InputEnvelope.None && Enter(ref json, value[start..], fields) is { } other) return other;
            JsonWalk.ReadObject(ref json, _root, fields);
            json.Read(); // what follows the object is an error
            return (Check(value, fields) ?? InOtherEnvelope(value[start..], fields)) is { } fault ? fault : RecordContent.Document.Found;
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

    /// <summary>What is wrong with the fields as the last of each name left them. An id or a copied field that is no text is none.
    /// </summary>
    private Rejection? Check(ReadOnlySpan<byte> value, DocumentFields fields)
    {
        int texts = fields.Text.Length;
        foreach (int place in _root.Joined)
        {
            JoinedText joined = fields.Joined[place];
            if (place < texts && joined.Fault != JoinedFault.None) return Fault(joined, options.TextFields[place]);
            if (place >= texts && joined.Length - 1 > CopiedFields.MostBytes) fields[place] = new FieldText(FieldState.Null);
            else if (!joined.IsEmpty) fields[place] = fields.Join(joined);
        }

        for (int i = 0; i < texts; i++)
        {
            FieldText field = fields.Text[i];
            if (Fault(value, fields.Origin, field, options.TextFields[i]) is { } fault) return fault;
            if (field.State == FieldState.Missing && _isOptional[i]) fields.Text[i] = new FieldText(FieldState.Null);
        }

        foreach (ref FieldText field in fields.Copied) field = Plain(field, takesScalars: true);
        fields.Id = Plain(fields.Id, takesScalars: false);
        return null;
    }

    /// <summary>A document without a text that has an envelope which is not configured: the commonest reason not to find one. Its value is
    /// read again for that.</summary>
    private Rejection? InOtherEnvelope(ReadOnlySpan<byte> text, DocumentFields fields)
    {
        if (options.Envelope == InputEnvelope.Debezium || TextFaults.Of(fields, options.TextFields) is null) return null;
        try
        {
            Utf8JsonReader json = new(text);
            json.Read();
            WayOut? wayOut = JsonEnvelope.Read(ref json).Around switch
            {
                InputEnvelope.Debezium => EnvelopeContent.IsDebezium,
                InputEnvelope.Connect when options.Envelope == InputEnvelope.None => EnvelopeContent.IsConnect,
                _ => null,
            };
            return wayOut is null ? null : TextFaults.Of(fields, options.TextFields, wayOut);
        }
        catch (InvalidOperationException) // a property name that no path had to be compared with
        {
            return null;
        }
    }

    private static Rejection? Fault(ReadOnlySpan<byte> value, int origin, FieldText field, string name) => field.State switch
    {
        FieldState.NotUnicode => new Rejection(RejectionReason.InvalidUtf8, $"field '{name}' is not valid Unicode text",
            DocumentPaths.OtherText),
        FieldState.Number => new Rejection(RejectionReason.NotText, $"field '{name}' is {JsonKind.Of(JsonTokenType.Number)}, not a string"),
        FieldState.NoText => new Rejection(RejectionReason.NotText, $"field '{name}' is {JsonKind.Of(field.Kind)}, not a string"
            + JsonInside.Of(name, field.Kind, value[(origin + field.Start)..])),
        _ => null,
    };

    private static Rejection Fault(JoinedText joined, string name) => joined.Fault == JoinedFault.NotUnicode
        ? new Rejection(RejectionReason.InvalidUtf8, $"one of the texts of field '{name}' is not valid Unicode text",
            DocumentPaths.OtherText)
        : new Rejection(RejectionReason.NotText, $"one of the texts of field '{name}' is {joined.Found}, not a string"
            + JsonInside.OfElement(name, joined.Found));

    private static FieldText Plain(FieldText field, bool takesScalars) => field.State switch
    {
        FieldState.Number => field with { State = FieldState.Present },
        FieldState.NoText when takesScalars && field.Kind is JsonTokenType.True or JsonTokenType.False =>
            field with { State = FieldState.Present },
        FieldState.NotUnicode or FieldState.NoText => default,
        FieldState.Missing or FieldState.Null or FieldState.Present => field,
        var other => throw new UnreachableException($"A field is {other} after it was read. This is a bug."),
    };
}

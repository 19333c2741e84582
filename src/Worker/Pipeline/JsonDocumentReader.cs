using System.Text.Json;
using System.Text.Unicode;

namespace Sluice.Worker.Pipeline;

/// <summary>Finds fields in a value that is one JSON object (RFC 8259), at most 64 levels deep. Unescaped text is used where it stands; only escaped text is copied.</summary>
/// <remarks>Of a field that is there twice the last one counts.</remarks>
internal sealed class JsonDocumentReader(InputOptions options) : IDocumentReader
{
    private readonly JsonPathNode _root = JsonPathNode.Of(options);

    public ValueTask<Rejection?> PrepareAsync(ReadOnlyMemory<byte> value, CancellationToken stop) => ValueTask.FromResult<Rejection?>(null);

    public Rejection? Read(ReadOnlySpan<byte> value, DocumentFields fields)
    {
        Utf8JsonReader json = new(value);
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject) return new Rejection(RejectionReason.MalformedJson, $"the value is a JSON {json.TokenType}, not an object");
            if (ReadObject(ref json, _root, fields) is { } rejection) return rejection;
            json.Read(); // what follows the object is an error
            return null;
        }
        catch (JsonException e)
        {
            return new Rejection(RejectionReason.MalformedJson, $"line {e.LineNumber}, byte {e.BytePositionInLine} of the value is not JSON, or deeper than {json.CurrentState.Options.MaxDepth} levels");
        }
        catch (InvalidOperationException) // a property name that is half a surrogate pair, met while names are compared
        {
            return new Rejection(RejectionReason.MalformedJson, $"a property name near byte {json.TokenStartIndex} of the value is not valid Unicode text");
        }
    }

    private static Rejection? ReadObject(ref Utf8JsonReader json, JsonPathNode node, DocumentFields fields)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            JsonPathNode? child = node.Find(ref json);
            json.Read();
            if (child is null) json.Skip();
            else if (child.Slot is { } slot && Take(ref json, slot, child.Path, fields) is { } rejection) return rejection;
            else if (json.TokenType == JsonTokenType.StartObject && ReadObject(ref json, child, fields) is { } inner) return inner;
            else json.Skip();
        }

        return null;
    }

    private static Rejection? Take(ref Utf8JsonReader json, int slot, string path, DocumentFields fields)
    {
        FieldText field;
        switch (json.TokenType)
        {
            case JsonTokenType.Null:
                field = new FieldText(FieldState.Null);
                break;
            case JsonTokenType.String:
                try
                {
                    if (json.ValueIsEscaped) field = fields.Commit(json.CopyString(fields.Reserve(json.ValueSpan.Length)));
                    else if (Utf8.IsValid(json.ValueSpan)) field = new FieldText(FieldState.Present, InScratch: false, (int)json.TokenStartIndex + 1, json.ValueSpan.Length);
                    else return new Rejection(RejectionReason.InvalidUtf8, $"field '{path}' is not valid UTF-8");
                }
                catch (InvalidOperationException) // CopyString: bytes that are no UTF-8, or half a surrogate pair
                {
                    return new Rejection(RejectionReason.InvalidUtf8, $"field '{path}' is not valid Unicode text");
                }

                break;
            case JsonTokenType.Number when slot == JsonPathNode.IdSlot:
                field = new FieldText(FieldState.Present, InScratch: false, (int)json.TokenStartIndex, json.ValueSpan.Length);
                break;
            default:
                return slot == JsonPathNode.IdSlot ? null : new Rejection(RejectionReason.MissingText, $"field '{path}' is a JSON {json.TokenType}, not a string");
        }

        if (slot == JsonPathNode.IdSlot) fields.Id = field;
        else fields.Text[slot] = field;
        return null;
    }
}

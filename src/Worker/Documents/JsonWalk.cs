using System.Diagnostics;
using System.Text.Json;
using System.Text.Unicode;
using Sluice.Worker.Documents.Paths;

namespace Sluice.Worker.Documents;

/// <summary>Walks a JSON object along the wanted paths and puts what stands at their ends into fields.</summary>
/// <remarks>
/// A field's state says what was found, be it text or not; texts of paths through arrays and objects gather in
/// <see cref="DocumentFields.Joined"/>. A property that comes again takes back what the one before it in the same object had led to. Of two
/// paths through the same property, one by its name and one as one of all, each reads its value, so that the paths bound how often.
/// </remarks>
internal static class JsonWalk
{
    /// <summary>Reads the object that begins under the reader to its end.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="InvalidOperationException">A property's name is not valid Unicode.</exception>
    public static void ReadObject(ref Utf8JsonReader json, WantedField wanted, DocumentFields fields)
    {
        Span<int> lengths = wanted.Joined.IsEmpty ? default : stackalloc int[fields.Count];
        foreach (int place in wanted.Joined) lengths[place] = fields.Joined[place].Length;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            WantedField? named = Find(ref json, wanted), each = wanted.Values;
            json.Read();
            if (named is not null)
            {
                Forget(named, fields, lengths);
                if (each is not null)
                {
                    Utf8JsonReader again = json;
                    ReadValue(ref again, each, fields);
                }
            }

            if ((named ?? each) is { } field) ReadValue(ref json, field, fields);
            else json.Skip();
        }
    }

    private static WantedField? Find(ref Utf8JsonReader json, WantedField wanted)
    {
        foreach (NamedField named in wanted.Named)
            if (json.ValueTextEquals(named.Utf8)) return named.Field;
        return null;
    }

    /// <summary>Takes back all that was found at or below a field since an object began.</summary>
    /// <param name="field">Of that object.</param>
    /// <param name="fields">What was found.</param>
    /// <param name="lengths">Of each joined text, how long it was then.</param>
    private static void Forget(WantedField field, DocumentFields fields, ReadOnlySpan<int> lengths)
    {
        foreach (int place in field.Joined) fields.Joined[place].CutTo(lengths[place]);
        if (field.IsThroughMany) return;
        foreach (int place in field.Within) fields[place] = default;
    }

    private static void ReadValue(ref Utf8JsonReader json, WantedField field, DocumentFields fields)
    {
        if (!field.Slots.IsEmpty) Keep(ref json, field, fields);
        switch (json.TokenType)
        {
            case JsonTokenType.StartObject when field.HasEntries:
                Meet(field.Values, fields);
                ReadObject(ref json, field, fields);
                break;
            case JsonTokenType.StartArray when field.Elements is { } each:
                Meet(each, fields);
                while (json.Read() && json.TokenType != JsonTokenType.EndArray) ReadValue(ref json, each, fields);
                break;
            case JsonTokenType.Null:
                Meet(field.Elements, fields);
                Meet(field.Values, fields);
                break;
            default:
                json.Skip();
                break;
        }
    }

    /// <summary>Notes that the array or object of a joined text is there, or null: without an element it is null, not missing.</summary>
    private static void Meet(WantedField? each, DocumentFields fields)
    {
        if (each is null) return;
        foreach (int place in each.Joined)
            if (fields[place].State == FieldState.Missing) fields[place] = new FieldText(FieldState.Null);
    }

    private static void Keep(ref Utf8JsonReader json, WantedField field, DocumentFields fields)
    {
        if (field.IsThroughMany)
        {
            foreach (int place in field.Slots) Join(ref json, fields.Joined[place], takesScalars: place >= fields.Text.Length);
            return;
        }

        FieldText found = Take(ref json, fields);
        foreach (int place in field.Slots) fields[place] = found;
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
                return new FieldText(FieldState.NoText, InScratch: false, start, json.ValueSpan.Length, json.TokenType);
            default:
                throw new UnreachableException($"No JSON value begins with {json.TokenType}. This is a bug.");
        }
    }

    private static void Join(ref Utf8JsonReader json, JoinedText joined, bool takesScalars)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.Null:
                break;
            case JsonTokenType.String when !json.ValueIsEscaped:
                if (Utf8.IsValid(json.ValueSpan)) joined.Append(json.ValueSpan);
                else joined.Refuse(JoinedFault.NotUnicode);
                break;
            case JsonTokenType.String:
                try
                {
                    joined.Commit(json.CopyString(joined.Reserve(json.ValueSpan.Length)));
                }
                catch (InvalidOperationException)
                {
                    joined.Refuse(JoinedFault.NotUnicode);
                }

                break;
            case JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False when takesScalars:
                joined.Append(json.ValueSpan);
                break;
            default:
                joined.Refuse(JoinedFault.NotText, JsonKind.Of(json.TokenType));
                break;
        }
    }
}

/// <summary>Kinds of JSON values in words.</summary>
internal static class JsonKind
{
    public static string Of(JsonTokenType type) => type switch
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

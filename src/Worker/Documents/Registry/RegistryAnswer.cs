using System.Net;
using System.Text.Json;
using Sluice.Worker.Configuration;
using Sluice.Worker.Wording;

namespace Sluice.Worker.Documents.Registry;

/// <summary>One whole answer of the registry. Its body is parsed once, when a member is asked for; owned by who asked.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body's bytes, at most <see cref="RegistryOptions.MaxAnswerBytes"/>.</param>
/// <param name="RetryAfter">What the Retry-After header asks for, where it gives seconds.</param>
/// <param name="Location">Where a redirect points, for the error message.</param>
internal sealed record RegistryAnswer(HttpStatusCode Status, byte[] Body, TimeSpan? RetryAfter, Uri? Location)
{
    private const int LongestWords = 240;
    private const int SubjectNotFound = 40401, VersionNotFound = 40402, SchemaNotFound = 40403;

    private JsonElement? _json;
    private bool _isParsed;

    /// <summary>Whether the same request may succeed a moment later.</summary>
    public bool IsTransient => (int)Status >= 500 || Status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests;

    /// <summary>Whether it says of itself that it will pass; any other failure of the server is of this request, as far as can be told.
    /// </summary>
    public bool MayPass => Status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.BadGateway;

    /// <summary>The registry's own word that it has no such subject, version or id. A 404 of a proxy, or of a wrong path, is
    /// none.</summary>
    public bool IsUnknown => ErrorCode is SubjectNotFound or VersionNotFound or SchemaNotFound;

    /// <summary>The kind of the schema; a registry leaves it out for Avro.</summary>
    public string SchemaType => Text("schemaType") ?? "AVRO";

    /// <summary>The body as a JSON object, or null when it is none.</summary>
    public JsonElement? Json
    {
        get
        {
            if (!_isParsed) (_json, _isParsed) = (Parse(Body), true);
            return _json;
        }
    }

    /// <summary>The registry's <c>error_code</c>, or 0 when the body has none, as when a proxy or another server answered.</summary>
    public int ErrorCode => Number("error_code") ?? 0;

    /// <summary>A member of the body, or null; also null for a body with a key that is no text, which is no answer of a registry.</summary>
    public JsonElement? Member(string name) => Json is { } json ? MemberOf(json, name) : null;

    /// <summary>A string member of the body, or null.</summary>
    public string? Text(string member) => Json is { } json ? TextOf(json, member) : null;

    /// <summary>A whole-number member of the body, or null.</summary>
    public int? Number(string member) => Json is { } json ? NumberOf(json, member) : null;

    /// <summary>A string member of a part of the body, or null.</summary>
    public static string? TextOf(JsonElement part, string member) => MemberOf(part, member) is { ValueKind: JsonValueKind.String } value
        ? TextOf(value)
        : null;

    /// <summary>A whole-number member of a part of the body, or null.</summary>
    public static int? NumberOf(JsonElement part, string member) =>
        MemberOf(part, member) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out int number) ? number : null;

    /// <summary>A string member in one line of at most 240 characters, for a message, or null.</summary>
    /// <param name="member">Its name.</param>
    /// <param name="redaction">A registry may repeat what it was sent, the password among it.</param>
    public string? Words(string member, Redaction redaction) => Text(member) is { } text ? OneLine(text, redaction) : null;

    /// <summary>Status and the registry's words, in one line of some 300 characters, more where a redirect points far.</summary>
    public string Summary(Redaction redaction)
    {
        string words = Words("message", redaction) ?? $"{Body.Length} bytes that are no answer of a schema registry";
        string moved = Location is null
            ? ""
            : $", which points to {OneLine(Address(Location), redaction)}; set the registry's Url to the address that answers";
        return ErrorCode == 0 ? $"HTTP {(int)Status}: {words}{moved}" : $"HTTP {(int)Status}, code {ErrorCode}: {words}{moved}";
    }

    private static JsonElement? Parse(byte[] body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonElement? MemberOf(JsonElement part, string name)
    {
        try
        {
            return part.ValueKind == JsonValueKind.Object && part.TryGetProperty(name, out JsonElement value) ? value : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    // A redirect to a page for logging in carries tokens behind its path.
    private static string Address(Uri location) => location.IsAbsoluteUri
        ? location.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)
        : location.OriginalString.Split('?', '#')[0];

    // A string with a lone surrogate is valid JSON and cannot be read as text.
    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    // Cleaned before it is cut, for what is left of a secret at the end is too short to be known for one.
    private static string OneLine(string text, Redaction redaction) =>
        ForeignText.OneLine(redaction.Clean(text), LongestWords);
}

using System.Net;
using System.Text.Json;
using Sluice.Worker.Wording;

namespace Sluice.Worker.Documents.Registry;

/// <summary>
/// Fetches what one schema refers to, by subject and version, and what that refers to: each once, bounded by their number and by the bytes
/// of all answers. Owned by the fetch of that schema.
/// </summary>
/// <remarks>Two references of one name mean the same, and the first that is met counts, whatever subject and version the other has: so the
/// registry and its clients read them, and two schemas may refer to two versions of a third. Source of the members of an answer: Confluent
/// Schema Registry API reference, "references".</remarks>
/// <param name="what">The schema that refers to others, such as <c>Schema 7</c>.</param>
/// <param name="ask">Sends a GET.</param>
/// <param name="faults">What an answer that is none means.</param>
/// <param name="options">Bounds the bytes.</param>
internal sealed class ReferencedSchemas(string what, Func<string, Task<RegistryAnswer>> ask, RegistryFaults faults, RegistryOptions options)
{
    /// <summary>Schemas that one may refer to, directly or through others. Real ones refer to some dozens.</summary>
    public const int Most = 256;

    private static readonly WayOut NoCircle = new("register these schemas without the circle, and write with that one", likely: null),
        WriteOut = new("register it with its named types written out, and write with that one", likely: null),
        RegisterAgain = new("register that schema under its subject again, then send the record again", likely: null),
        AvroAlone = new("register it with references to Avro schemas alone, and write with that one", likely: null);

    private readonly Dictionary<(string Subject, int Version), bool> _isWhole = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<string> _texts = [];
    private (string Subject, int Version) _asked;
    private long _bytes;

    /// <summary>How many were asked for, and which one last, in words.</summary>
    public string Progress => $"{Name(_asked.Subject, _asked.Version)}, number {_isWhole.Count} of those that it refers to";

    /// <summary>The schema in an answer that was given, with all that it refers to.</summary>
    /// <param name="answer">With a string <c>schema</c>.</param>
    /// <exception cref="SchemaNotFoundException">A reference leads to no Avro schema, in a circle, or to too many or too large
    /// ones.</exception>
    /// <exception cref="RegistryUnavailableException">No usable answer for one of them.</exception>
    public async Task<RegisteredSchema> CompleteAsync(RegistryAnswer answer)
    {
        await AddAsync(answer);
        return new RegisteredSchema(answer.Text("schema")!, _texts);
    }

    private async Task AddAsync(RegistryAnswer referring)
    {
        _bytes += referring.Body.Length;
        if (_bytes > options.MaxAnswerBytes)
            throw new SchemaNotFoundException($"{what} and the schemas that it refers to take more than Sluice:Registry:MaxAnswerBytes "
                + $"({options.MaxAnswerBytes}) together.", wayOut: RegistryFaults.RaiseMaxAnswerBytes);
        foreach ((string? name, string subject, int version) in ReferencesOf(referring))
        {
            bool isFirst = name is null || _names.Add(name);
            if (_isWhole.TryGetValue((subject, version), out bool isWhole))
            {
                if (isWhole) continue;
                throw new SchemaNotFoundException(
                    $"{what} refers to {Name(subject, version)}, which refers to itself through others.", wayOut: NoCircle);
            }

            if (!isFirst) continue;
            if (_isWhole.Count == Most)
                throw new SchemaNotFoundException($"{what} refers to more than {Most} other schemas, directly or through others.",
                    wayOut: WriteOut);
            _isWhole.Add((subject, version), false);
            RegistryAnswer answer = await AskAsync(subject, version);
            await AddAsync(answer);
            _texts.Add(answer.Text("schema")!);
            _isWhole[(subject, version)] = true;
        }
    }

    private async Task<RegistryAnswer> AskAsync(string subject, int version)
    {
        _asked = (subject, version);
        // A subject that was deleted since is still there for what refers to it.
        RegistryAnswer answer = await ask($"subjects/{Uri.EscapeDataString(subject)}/versions/{version}?deleted=true");
        if (answer.IsUnknown)
            throw new SchemaNotFoundException($"{what} refers to {Name(subject, version)}, which the registry does not have.",
                mayComeYet: true, RegisterAgain);
        if (answer.Status != HttpStatusCode.OK || answer.Text("schema") is null)
            throw faults.Unusable($"{Name(subject, version)}, to which {Lower(what)} refers", answer);
        return answer.SchemaType is "AVRO" ? answer
            : throw new SchemaNotFoundException($"{what} refers to {Name(subject, version)}, which is no Avro schema.",
                wayOut: AvroAlone);
    }

    private List<(string? Name, string Subject, int Version)> ReferencesOf(RegistryAnswer answer)
    {
        List<(string?, string, int)> references = [];
        if (answer.Member("references") is not { ValueKind: JsonValueKind.Array } list) return references;
        foreach (JsonElement reference in list.EnumerateArray())
        {
            references.Add(RegistryAnswer.TextOf(reference, "subject") is { } subject
                && RegistryAnswer.NumberOf(reference, "version") is { } version
                ? (RegistryAnswer.TextOf(reference, "name"), subject, version)
                : throw faults.Unusable($"what {Lower(what)} refers to (a reference without a subject and a version)", answer));
        }

        return references;
    }

    private string Name(string subject, int version) => $"version {version} of the subject {faults.Quote(subject)}";

    private static string Lower(string text) => char.ToLowerInvariant(text[0]) + text[1..];
}

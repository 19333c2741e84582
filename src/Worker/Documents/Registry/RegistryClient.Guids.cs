using System.Net;

namespace Sluice.Worker.Documents.Registry;

/// <content>Schemas by the GUID that a schema has in every registry: its text's, so that an id is not needed.</content>
internal sealed partial class RegistryClient
{
    /// <summary>The text of the Avro schema with this GUID. Asked for once and kept for ever, as by an id.</summary>
    /// <param name="guid">As a message or its header has it.</param>
    /// <param name="cancellation">Ends this caller's waiting only.</param>
    /// <exception cref="SchemaNotFoundException">The registry has no Avro schema with this GUID.</exception>
    /// <exception cref="GuidsNotServedException">The registry answers, but not to questions by GUID.</exception>
    /// <exception cref="RegistryUnavailableException">No usable answer within the attempts; the next call tries again.</exception>
    public Task<string> GetSchemaAsync(Guid guid, CancellationToken cancellation = default) => _byGuid.GetAsync(guid, cancellation);

    private async Task<string> FetchByGuidAsync(Guid guid, CancellationToken cancellation)
    {
        RegistryAnswer answer = await _http.SendAsync(HttpMethod.Get, $"schemas/guids/{guid}", null, cancellation);
        if (answer.Status == HttpStatusCode.OK && answer.Text("schema") is { } schema) return Usable($"{guid}", schema, answer);
        if (answer.ErrorCode is SubjectNotFound or VersionNotFound or SchemaNotFound)
            throw new SchemaNotFoundException(
                $"The schema registry at {_options.Url} knows no schema with GUID {guid} ({answer.Summary(_redaction)}).");
        // A path that a registry does not have and one that a proxy does not let through look alike; another question shows which.
        if (answer.Status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed && await AnswersOtherwiseAsync(cancellation))
            throw new GuidsNotServedException($"the schema registry at {_options.Url} does not find schemas by GUID, as {guid} is "
                + $"(GET schemas/guids/... gives {answer.Summary(_redaction)})");
        throw Unusable($"schema {guid}", answer);
    }
}

/// <summary>The registry answers, but knows no schemas by GUID: older ones of Confluent's and most of others' do not.</summary>
internal sealed class GuidsNotServedException(string message) : Exception(message);

using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Worker.Configuration;
using Sluice.Worker.Faults;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Documents.Registry;

/// <summary>Avro schemas by id and ids by schema, from a Confluent Schema Registry or one that speaks its API. Thread-safe.</summary>
/// <remarks>
/// What an id stands for never changes, so it is asked for once and kept for ever; callers that ask for it meanwhile share the one request.
/// An unknown id is remembered for <see cref="RegistryOptions.UnknownIdLifetime"/>. Paths and error codes: Confluent Schema Registry API
/// reference, docs.confluent.io/platform/current/schema-registry/develop/api.html.
/// </remarks>
internal sealed partial class RegistryClient : IDisposable
{
    /// <summary>Least time between two lines about a registry that cannot be asked.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(30);

    private const int SubjectNotFound = 40401, VersionNotFound = 40402, SchemaNotFound = 40403;

    private readonly CancellationTokenSource _owner = new();
    private readonly RegistryOptions _options;
    private readonly TimeProvider _time;
    private readonly Redaction _redaction;
    private readonly ILogger _logger;
    private readonly RepeatedWarning _outage;
    private readonly RegistryHttp _http;
    private readonly SingleFlight<int, string> _schemas;
    private readonly SingleFlight<Guid, string> _byGuid;
    private readonly SingleFlight<(string Subject, string Schema), int> _registered;
    private readonly SingleFlight<(string Subject, string Schema), int> _lookedUp;

    /// <summary>Checks the options; asks nothing of the registry yet.</summary>
    /// <param name="options">Where it is, and as whom to ask.</param>
    /// <param name="time">Of waits and of what is remembered; null for the system's.</param>
    /// <param name="redaction">Cleans what the registry says; null for one of its own password alone.</param>
    /// <param name="logger">Told by those who wait for the registry; null for nobody.</param>
    /// <exception cref="ArgumentException">The options contradict themselves; the message names every fault.</exception>
    public RegistryClient(RegistryOptions options, TimeProvider? time = null, Redaction? redaction = null,
        ILogger<RegistryClient>? logger = null)
    {
        TimeProvider clock = _time = time ?? TimeProvider.System;
        IReadOnlyList<string> faults = RegistryOptionsRules.Faults(options);
        if (faults.Count > 0)
            throw new ArgumentException(string.Join(" ", faults), nameof(options));
        _options = options;
        _redaction = redaction ?? Redaction.OfRegistry(options.User, options.Password);
        _logger = logger ?? NullLogger<RegistryClient>.Instance;
        _outage = new RepeatedWarning(clock, Quiet);
        _http = new RegistryHttp(options, clock, _redaction);
        _schemas = new(FetchSchemaAsync,
            failure => failure is SchemaNotFoundException ? options.UnknownIdLifetime : TimeSpan.Zero, clock, _owner.Token);
        _byGuid = new(FetchByGuidAsync, failure => failure is SchemaNotFoundException or GuidsNotServedException
            ? options.UnknownIdLifetime : TimeSpan.Zero, clock, _owner.Token);
        _registered = new(PostSchemaAsync, _ => TimeSpan.Zero, clock, _owner.Token);
        _lookedUp = new(PostLookUpAsync, _ => TimeSpan.Zero, clock, _owner.Token);
    }

    /// <summary>The text of the Avro schema with this id.</summary>
    /// <param name="id">The number in a message's wire header.</param>
    /// <param name="cancellation">Ends this caller's waiting only.</param>
    /// <exception cref="SchemaNotFoundException">The registry has no Avro schema under this id, or none that can be used: its answer for
    /// it, and for it alone, is too large or no answer of a registry.</exception>
    /// <exception cref="RegistryUnavailableException">No usable answer within the attempts; the next call tries again.</exception>
    public Task<string> GetSchemaAsync(int id, CancellationToken cancellation = default) => _schemas.GetAsync(id, cancellation);

    /// <summary>Makes a schema the subject's newest version, or finds it among its versions.</summary>
    /// <returns>The schema's id.</returns>
    /// <exception cref="RegistryRefusedException">The schema is invalid or incompatible with the subject's, or the user may not
    /// write.</exception>
    /// <exception cref="RegistryUnavailableException">No usable answer within the attempts; the next call tries again.</exception>
    public Task<int> RegisterAsync(string subject, string schema, CancellationToken cancellation = default) =>
        _registered.GetAsync((subject, schema), cancellation);

    /// <summary>Finds a schema among a subject's versions; changes nothing.</summary>
    /// <inheritdoc cref="RegisterAsync"/>
    public Task<int> LookUpAsync(string subject, string schema, CancellationToken cancellation = default) =>
        _lookedUp.GetAsync((subject, schema), cancellation);

    /// <summary>
    /// The id to write into a topic's values: registers the schema, or looks it up when <see cref="RegistryOptions.AutoRegister"/> is off.
    /// </summary>
    /// <inheritdoc cref="RegisterAsync"/>
    public Task<int> IdForTopicAsync(string topic, string schema, CancellationToken cancellation = default) =>
        _options.AutoRegister
            ? RegisterAsync(SubjectName.OfValue(topic), schema, cancellation)
            : LookUpAsync(SubjectName.OfValue(topic), schema, cancellation);

    /// <summary>Ends when the registry, or what stands in its place, answers anything that another try would not change.</summary>
    /// <exception cref="RegistryUnavailableException">No such answer within the attempts.</exception>
    public Task AwaitAnswerAsync(CancellationToken cancellation = default) => AskNothingAsync(cancellation);

    /// <summary>A request failed with all its attempts, and who made it waits: told at once, then once each <see cref="Quiet"/> with how
    /// often it was tried, whoever waits.</summary>
    /// <param name="waiting">Who waits, as the beginning of a sentence.</param>
    /// <param name="failure">Why.</param>
    public void TellOutage(string waiting, RegistryUnavailableException failure)
    {
        if (!_outage.ShouldLog(out long suppressed)) return;
        string reason = failure.Message.TrimEnd('.');
        if (suppressed == 0) Log.RegistryUnavailable(_logger, waiting, reason);
        else Log.RegistryStillUnavailable(_logger, waiting, reason, suppressed);
    }

    /// <summary>A request was answered: an outage, if there was one, is over. Cheap where nothing was wrong.</summary>
    public void TellAnswered()
    {
        if (_outage.TryEnd(out TimeSpan lasted)) Log.RegistryAnswers(_logger, (int)lasted.TotalSeconds);
    }

    /// <summary>
    /// Takes a subject and its versions out of the list; their ids keep their schemas. A subject that is not there is no error.
    /// </summary>
    /// <exception cref="RegistryRefusedException">The user may not, or another schema refers to it.</exception>
    /// <exception cref="RegistryUnavailableException">No usable answer within the attempts.</exception>
    public async Task DeleteSubjectAsync(string subject, CancellationToken cancellation = default)
    {
        RegistryAnswer answer = await _http.SendAsync(HttpMethod.Delete, $"subjects/{Uri.EscapeDataString(subject)}", null, cancellation);
        if (answer.Status != System.Net.HttpStatusCode.OK && answer.ErrorCode != SubjectNotFound)
            throw Refused($"deleting the subject {subject}", answer);
    }

    public void Dispose()
    {
        _owner.Cancel();
        _http.Dispose();
        _owner.Dispose();
    }

    private async Task<string> FetchSchemaAsync(int id, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await AskForSchemaAsync(id, cancellation);
            }
            catch (UnusableAnswerException unusable) when (attempt >= _options.Attempts)
            {
                // A page of a proxy, say, stands before all answers and goes away again; one answer among good ones will stay as it is.
                if (!await AnswersOtherwiseAsync(cancellation)) throw;
                throw new SchemaNotFoundException(
                    $"Schema {id} cannot be used, though it was asked for {attempt} times and the registry answers otherwise: "
                    + unusable.Message);
            }
            catch (UnusableAnswerException)
            {
                await Task.Delay(_options.RetryDelay, _time, cancellation);
            }
        }
    }

    /// <summary>True when the registry says of an id that no registry gives what a registry should.</summary>
    private async Task<bool> AnswersOtherwiseAsync(CancellationToken cancellation)
    {
        try
        {
            RegistryAnswer answer = await AskNothingAsync(cancellation);
            return answer.ErrorCode is SubjectNotFound or VersionNotFound or SchemaNotFound
                || (answer.Status == System.Net.HttpStatusCode.OK && answer.Text("schema") is not null);
        }
        catch (RegistryUnavailableException)
        {
            return false;
        }
    }

    /// <summary>Asks for an id that no registry gives.</summary>
    private Task<RegistryAnswer> AskNothingAsync(CancellationToken cancellation) =>
        _http.SendAsync(HttpMethod.Get, "schemas/ids/0", null, cancellation);

    private async Task<string> AskForSchemaAsync(int id, CancellationToken cancellation)
    {
        RegistryAnswer answer = await _http.SendAsync(HttpMethod.Get, $"schemas/ids/{id}", null, cancellation);
        if (answer.Status == System.Net.HttpStatusCode.OK && answer.Text("schema") is { } schema)
            return Usable($"{id}", schema, answer);
        // Only the registry's own "no": a 404 of a proxy or a wrong path must not condemn good documents.
        throw answer.ErrorCode is SubjectNotFound or VersionNotFound or SchemaNotFound
            ? new SchemaNotFoundException(
                $"The schema registry at {_options.Url} knows no schema with id {id} ({answer.Summary(_redaction)}).")
            : Unusable($"schema {id}", answer);
    }

    private string Usable(string id, string schema, RegistryAnswer answer)
    {
        if (answer.Words("schemaType", _redaction) is { } type && type != "AVRO")
            throw new SchemaNotFoundException($"Schema {id} is {type}, not AVRO; the worker reads Avro, JSON and text values.");
        if (answer.Member("references") is { ValueKind: JsonValueKind.Array } references && references.GetArrayLength() > 0)
            throw new SchemaNotFoundException(
                $"Schema {id} refers to {references.GetArrayLength()} other schemas; register it with its named types written out.");
        return schema;
    }

    private async Task<int> PostSchemaAsync((string Subject, string Schema) wanted, CancellationToken cancellation)
    {
        RegistryAnswer answer = await _http.SendAsync(HttpMethod.Post, $"subjects/{Uri.EscapeDataString(wanted.Subject)}/versions",
            Body(wanted.Schema), cancellation);
        return IdIn(answer, $"registering a schema under the subject {wanted.Subject}");
    }

    private async Task<int> PostLookUpAsync((string Subject, string Schema) wanted, CancellationToken cancellation)
    {
        RegistryAnswer answer = await _http.SendAsync(HttpMethod.Post, $"subjects/{Uri.EscapeDataString(wanted.Subject)}",
            Body(wanted.Schema), cancellation);
        if (answer.ErrorCode is SubjectNotFound or SchemaNotFound)
        {
            throw new RegistryRefusedException(
                $"The schema is not registered under the subject {wanted.Subject} ({answer.Summary(_redaction)}). "
                    + "Register it there, or set Sluice:Registry:AutoRegister to true.");
        }

        return IdIn(answer, $"looking up a schema under the subject {wanted.Subject}");
    }

    private int IdIn(RegistryAnswer answer, string doing)
    {
        if (answer.Status == System.Net.HttpStatusCode.OK && answer.Number("id") is { } id and >= 0)
            return id;
        throw Refused(doing, answer);
    }

    // Only the registry's own "no" is one; what another server says means that the registry was not reached.
    private Exception Refused(string doing, RegistryAnswer answer) =>
        (int)answer.Status is >= 400 and < 500 && (answer.ErrorCode != 0 || (int)answer.Status is 401 or 403)
            ? new RegistryRefusedException(
                $"The schema registry at {_options.Url} refuses {doing}: {answer.Summary(_redaction)}.{WayOut(answer)}")
            : Unusable(doing, answer);

    private RegistryUnavailableException Unusable(string doing, RegistryAnswer answer)
    {
        string message =
            $"The schema registry at {_options.Url} gave no usable answer for {doing}: {answer.Summary(_redaction)}.{WayOut(answer)}";
        return answer.Status == System.Net.HttpStatusCode.OK
            ? new UnusableAnswerException(message)
            : new RegistryUnavailableException(message);
    }

    private static string WayOut(RegistryAnswer answer) => (int)answer.Status switch
    {
        401 => " Check Sluice:Registry:User and Sluice:Registry:Password.",
        403 => " The user lacks the right to do this.",
        404 when answer.ErrorCode == 0 =>
            " Is Sluice:Registry:Url the base of the API? Some registries have it below a path such as /apis/ccompat/v7.",
        409 => " The subject's compatibility level forbids the schema; change the level or use another topic.",
        _ => "",
    };

    private static byte[] Body(string schema) =>
        JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["schema"] = schema });
}

using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Worker.Configuration;
using Sluice.Worker.Faults;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Documents.Registry;

/// <summary>Avro schemas by id and ids by schema, from a Confluent Schema Registry or one that speaks its API. Thread-safe.</summary>
/// <remarks>
/// What an id stands for never changes, so it is asked for once and kept until who asked has made of it what is needed; callers that ask
/// for it meanwhile share the one request. An unknown id is remembered for <see cref="RegistryOptions.UnknownIdLifetime"/>; one that hangs
/// longer each time, <see cref="LongestHung"/> at most, and nobody waits while it is asked for again. Paths and error codes: Confluent
/// Schema Registry API reference, docs.confluent.io/platform/current/schema-registry/develop/api.html.
/// </remarks>
internal sealed class RegistryClient : IDisposable
{
    /// <summary>Least time between two lines about a registry that cannot be asked.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(30);

    /// <summary>An id that hangs is remembered no longer than that, unless <see cref="RegistryOptions.UnknownIdLifetime"/> is longer.
    /// </summary>
    public static readonly TimeSpan LongestHung = TimeSpan.FromMinutes(10);

    private readonly CancellationTokenSource _owner = new();
    private readonly RegistryOptions _options;
    private readonly ILogger _logger;
    private readonly RepeatedWarning _outage;
    private readonly RegistryHttp _http;
    private readonly RegistryFaults _faults;
    private readonly SingleFlight<SchemaId, RegisteredSchema> _schemas;
    private volatile string? _whyNot;
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
        TimeProvider clock = time ?? TimeProvider.System;
        IReadOnlyList<string> faults = RegistryOptionsRules.Faults(options);
        if (faults.Count > 0)
            throw new ArgumentException(string.Join(" ", faults), nameof(options));
        _options = options;
        _logger = logger ?? NullLogger<RegistryClient>.Instance;
        _outage = new RepeatedWarning(clock, Quiet);
        _http = new RegistryHttp(options, clock, redaction ?? Redaction.OfRegistry(options.User, options.Password));
        _faults = new RegistryFaults(_http, options);
        _schemas = new(new SchemaFetch(_http, _faults, options, clock).FetchAsync,
            LifetimeOf, clock, _owner.Token);
        _registered = new(PostSchemaAsync, _ => default, clock, _owner.Token);
        _lookedUp = new(PostLookUpAsync, _ => default, clock, _owner.Token);
    }

    /// <summary>The Avro schema with this id, with those that it refers to.</summary>
    /// <param name="id">The number or the GUID that a message names.</param>
    /// <param name="cancellation">Ends this caller's waiting only.</param>
    /// <exception cref="SchemaNotFoundException">The registry has no Avro schema under this id, or none that can be used: it refuses it,
    /// and it alone, or its answer is too large or no answer of a registry.</exception>
    /// <exception cref="GuidsNotServedException">It is named by a GUID, and the registry answers, but serves none.</exception>
    /// <exception cref="RegistryUnavailableException">No usable answer within the attempts; the next call tries again.</exception>
    public Task<RegisteredSchema> GetSchemaAsync(SchemaId id, CancellationToken cancellation = default) =>
        _schemas.GetAsync(id, cancellation);

    /// <summary>The texts of a schema are no longer needed: who asked for it has compiled them.</summary>
    public void Forget(SchemaId id) => _schemas.Forget(id);

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

    /// <summary>The newest version of a subject, with the schemas that it refers to. Asked for anew each time.</summary>
    /// <exception cref="RegistryRefusedException">There is no such subject, it is no Avro schema's, or the user may not read
    /// it.</exception>
    /// <exception cref="RegistryUnavailableException">No usable answer within the attempts; the next call tries again.</exception>
    public async Task<SubjectVersion> GetLatestAsync(string subject, CancellationToken cancellation = default)
    {
        string doing = $"reading the latest version of the subject {subject}";
        RegistryAnswer answer = await GetAsync($"subjects/{Uri.EscapeDataString(subject)}/versions/latest");
        if (answer.IsUnknown)
        {
            throw new RegistryRefusedException($"The subject {subject} is not there ({answer.Summary(_http.Redaction)}). "
                + "Register the schema under it, or set Sluice:Registry:AutoRegister to true.");
        }

        if (answer.Status != System.Net.HttpStatusCode.OK || answer.Text("schema") is null || !(answer.Number("id") is { } id and >= 0))
            throw _faults.Refused(doing, answer);
        if (answer.SchemaType != "AVRO")
            throw new RegistryRefusedException($"The latest version of the subject {subject} is no Avro schema; name another one.");
        try
        {
            RegisteredSchema schema = await new ReferencedSchemas($"The subject {subject}", GetAsync, _faults, _options)
                .CompleteAsync(answer);
            return new SubjectVersion(id, answer.Number("version") ?? 0, schema);
        }
        catch (SchemaNotFoundException e)
        {
            throw new RegistryRefusedException(
                $"{e.Found.TrimEnd('.')}. Mend that version in the registry, or set Sluice:Registry:AutoRegister to true.");
        }

        Task<RegistryAnswer> GetAsync(string path) => _http.SendAsync(HttpMethod.Get, path, null, cancellation);
    }

    /// <summary>Ends when the registry, or what stands in its place, answers anything that another try would not change.</summary>
    /// <exception cref="RegistryUnavailableException">No such answer within the attempts.</exception>
    public Task AwaitAnswerAsync(CancellationToken cancellation = default) =>
        _http.SendAsync(HttpMethod.Get, "schemas/ids/0", null, cancellation); // an id that no registry gives

    /// <summary>A request failed with all its attempts, and who made it waits: told at once, then once each <see cref="Quiet"/> with how
    /// often it was tried, whoever waits.</summary>
    /// <param name="waiting">Who waits, as the beginning of a sentence.</param>
    /// <param name="failure">Why.</param>
    public void TellOutage(string waiting, RegistryUnavailableException failure)
    {
        _whyNot = failure.Message;
        if (!_outage.ShouldLog(out long suppressed)) return;
        string reason = failure.Message.TrimEnd('.');
        if (suppressed == 0) Log.RegistryUnavailable(_logger, waiting, reason);
        else Log.RegistryStillUnavailable(_logger, waiting, reason, suppressed);
    }

    /// <summary>Why the last request that somebody waited for had no answer; null where it had one. For any thread.</summary>
    public string? Outage => _whyNot;

    /// <summary>A request was answered: an outage, if there was one, is over. Cheap where nothing was wrong.</summary>
    public void TellAnswered()
    {
        _whyNot = null;
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
        if (answer.Status != System.Net.HttpStatusCode.OK && !answer.IsUnknown)
            throw _faults.Refused($"deleting the subject {subject}", answer);
    }

    public void Dispose()
    {
        _owner.Cancel();
        _http.Dispose();
        _owner.Dispose();
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
        if (answer.IsUnknown)
        {
            throw new RegistryRefusedException(
                $"The schema is not registered under the subject {wanted.Subject} ({answer.Summary(_http.Redaction)}). "
                    + "Register it there, or set Sluice:Registry:AutoRegister to true.");
        }

        return IdIn(answer, $"looking up a schema under the subject {wanted.Subject}");
    }

    private FailureLifetime LifetimeOf(Exception failure)
    {
        TimeSpan lifetime = _options.UnknownIdLifetime;
        if (failure is not SchemaNotFoundException { TimesHung: > 0 and var times })
            return new(failure is SchemaNotFoundException or GuidsNotServedException ? lifetime : TimeSpan.Zero);
        TimeSpan hung = lifetime;
        for (int i = 1; i < times && hung < LongestHung; i++) hung = hung * 2 < LongestHung ? hung * 2 : LongestHung;
        return new(hung, StandsMeanwhile: true);
    }

    private int IdIn(RegistryAnswer answer, string doing)
    {
        if (answer.Status == System.Net.HttpStatusCode.OK && answer.Number("id") is { } id and >= 0)
            return id;
        throw _faults.Refused(doing, answer);
    }

    private static byte[] Body(string schema) =>
        JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["schema"] = schema });
}

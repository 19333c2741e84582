using System.Collections.Concurrent;
using System.Net;
using Sluice.Worker.Wording;

namespace Sluice.Worker.Documents.Registry;

/// <summary>
/// Asks for the schema of an id until the registry gives it, or until it is clear that this one cannot be had though others can.
/// Thread-safe.
/// </summary>
/// <remarks>
/// An id that is unknown is asked for again for <see cref="RegistryOptions.UnknownIdGrace"/>, since a replica may not know it yet. An
/// answer that refuses the id, or cannot be used, is asked for <see cref="RegistryOptions.Attempts"/> times; then the registry is asked for
/// something else, and only if it answers that, and refuses the id once more, the id is at fault. An id that was at fault before is given
/// less time: its documents must not hold those of others again and again.
/// </remarks>
/// <param name="http">Sends the requests.</param>
/// <param name="faults">What an answer that is none means.</param>
/// <param name="options">Times and attempts.</param>
/// <param name="time">Of waits and of the grace.</param>
internal sealed class SchemaFetch(RegistryHttp http, RegistryFaults faults, RegistryOptions options, TimeProvider time)
{
    private const int MostRemembered = 4096; // ids at fault; beyond it they are forgotten, so that made-up ones cannot fill the memory

    // An id that no registry gives.
    private const int NoId = 0;

    private static readonly WayOut Mend =
        new("mend that schema in the registry, or write with another one, then send the record again", likely: null);

    private static readonly WayOut ReadAsJson =
        new("set Sluice:Input:Format to Json, which reads documents of JSON Schema", Setting.InputFormat);

    private static readonly WayOut WriteOtherwise = new("have the documents written as Avro, JSON or text", likely: null);

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(1);

    private readonly ConcurrentDictionary<SchemaId, bool> _atFault = new();
    private volatile int _lastGiven = NoId;

    /// <summary>The schema of an id.</summary>
    /// <exception cref="SchemaNotFoundException">The registry has no Avro schema under this id, or none that can be used.</exception>
    /// <exception cref="GuidsNotServedException">It is named by a GUID, and the registry serves none.</exception>
    /// <exception cref="RegistryUnavailableException">No usable answer within the attempts, or none for other ids either.</exception>
    public async Task<RegisteredSchema> FetchAsync(SchemaId id, CancellationToken cancellation)
    {
        try
        {
            RegisteredSchema schema = await AskUntilClearAsync(id, _atFault.ContainsKey(id), cancellation);
            if (id.Guid is null) _lastGiven = id.Number;
            return schema;
        }
        catch (SchemaNotFoundException)
        {
            if (_atFault.Count >= MostRemembered) _atFault.Clear();
            _atFault[id] = true;
            throw;
        }
    }

    private async Task<RegisteredSchema> AskUntilClearAsync(SchemaId id, bool wasAtFault, CancellationToken cancellation)
    {
        long began = time.GetTimestamp();
        TimeSpan grace = wasAtFault ? TimeSpan.Zero : options.UnknownIdGrace, pause = options.RetryDelay;
        int refused = wasAtFault ? options.Attempts - 1 : 0;
        bool? answersOtherwise = null;
        while (true)
        {
            TimeSpan longest = options.MaxRetryDelay;
            try
            {
                return await AskAsync(id, isOnce: wasAtFault || answersOtherwise is not null, cancellation);
            }
            catch (SchemaNotFoundException unknown) when (unknown.MayComeYet)
            {
                longest = grace - time.GetElapsedTime(began);
                if (longest < ShortestPause) throw grace > TimeSpan.Zero ? AskedForAWhile(unknown) : unknown;
            }
            catch (UnusableAnswerException unusable)
            {
                refused += unusable.Requests;
                if (answersOtherwise is { } otherwise && refused >= options.Attempts)
                    throw otherwise ? AtFault(id, refused, unusable) : unusable;
                if (answersOtherwise is null && refused >= options.Attempts - 1)
                {
                    answersOtherwise = await AnswersOtherwiseAsync(cancellation);
                    continue;
                }
            }

            await Task.Delay(pause < longest ? pause : longest, time, cancellation);
            pause = pause < options.MaxRetryDelay / 2 ? 2 * pause : options.MaxRetryDelay;
        }
    }

    private async Task<RegisteredSchema> AskAsync(SchemaId id, bool isOnce, CancellationToken cancellation)
    {
        RegistryAnswer answer = await GetAsync(id.Path);
        if (answer.Status == HttpStatusCode.OK && answer.Text("schema") is not null)
        {
            return answer.SchemaType is "AVRO"
                ? await new ReferencedSchemas($"Schema {id}", GetAsync, faults, options).CompleteAsync(answer)
                : throw OtherType(id, answer);
        }

        if (id.Guid is not null && answer.Status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed && !answer.IsUnknown
            && await AnswersOtherwiseAsync(cancellation))
        {
            throw new GuidsNotServedException($"the schema registry at {options.Url} does not find schemas by GUID, as {id} is "
                + $"(GET schemas/guids/... gives {answer.Summary(http.Redaction)})");
        }

        // Only the registry's own "no": a 404 of a proxy or a wrong path must not condemn good documents.
        throw answer.IsUnknown
            ? new SchemaNotFoundException($"The schema registry at {options.Url} knows no schema with {id.Described} "
                + $"({answer.Summary(http.Redaction)}).", mayComeYet: true)
            : faults.Unusable($"schema {id}", answer);

        Task<RegistryAnswer> GetAsync(string path) => http.SendAsync(HttpMethod.Get, path, null, cancellation, isOnce);
    }

    /// <summary>True when the registry answers for another id what a registry should: for the last that it gave, since one that has lost
    /// its store, or the user's rights, may still know what is unknown; for one that no registry gives where it has given none
    /// yet.</summary>
    private async Task<bool> AnswersOtherwiseAsync(CancellationToken cancellation)
    {
        try
        {
            int last = _lastGiven;
            RegistryAnswer answer = await http.SendAsync(HttpMethod.Get, $"schemas/ids/{last}", null, cancellation, isOnce: true);
            return (last == NoId && answer.IsUnknown) || (answer.Status == HttpStatusCode.OK && answer.Text("schema") is not null);
        }
        catch (RegistryUnavailableException)
        {
            return false;
        }
    }

    private static SchemaNotFoundException AtFault(SchemaId id, int requests, UnusableAnswerException unusable) => new(
        $"Schema {id} cannot be used, though it was asked for {requests} times and the registry answers otherwise: {unusable.Message}",
        wayOut: Mend);

    private SchemaNotFoundException AskedForAWhile(SchemaNotFoundException unknown) => new(
        $"{unknown.Found} It was asked for again for {options.UnknownIdGrace.TotalSeconds:0.###} s (Sluice:Registry:UnknownIdGrace).",
        wayOut: unknown.WayOut);

    private SchemaNotFoundException OtherType(SchemaId id, RegistryAnswer answer)
    {
        string type = ForeignText.OneLine(http.Redaction.Clean(answer.SchemaType));
        return new SchemaNotFoundException($"Schema {id} is {type}, not AVRO; the worker reads Avro, JSON and text values.",
            wayOut: answer.SchemaType is "JSON" ? ReadAsJson : WriteOtherwise);
    }
}

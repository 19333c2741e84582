using System.Collections.Concurrent;
using System.Net;
using Sluice.Worker.Wording;

namespace Sluice.Worker.Documents.Registry;

/// <summary>
/// Asks for the schema of an id until the registry gives it, or until it is clear that this one cannot be had though others can.
/// Thread-safe.
/// </summary>
/// <remarks>
/// <para>An id that is unknown is asked for again for <see cref="RegistryOptions.UnknownIdGrace"/>, since a replica may not know it yet.
/// One for which there is no usable answer, or none at all, is asked for <see cref="RegistryOptions.Attempts"/> times. Then the registry is
/// asked for something else, and only if it answers that, and not the id once more, the id is at fault. Where the failure says of itself
/// that it may pass, that must happen <see cref="RegistryOptions.Attempts"/> times: one of several replicas may be down.</para>
/// <para>An id that was at fault before is given less time: its documents must not hold those of others again and again.</para>
/// </remarks>
/// <param name="http">Sends the requests.</param>
/// <param name="faults">What an answer that is none means.</param>
/// <param name="options">Times and attempts.</param>
/// <param name="time">Of waits and of the grace.</param>
internal sealed class SchemaFetch(RegistryHttp http, RegistryFaults faults, RegistryOptions options, TimeProvider time)
{
    private const int MostRemembered = 4096; // ids at fault; beyond it they are forgotten, so that made-up ones cannot fill the memory

    private static readonly WayOut Mend =
        new("mend that schema in the registry, or write with another one, then send the record again", likely: null);

    private static readonly WayOut ReadAsJson =
        new("set Sluice:Input:Format to Json, which reads documents of JSON Schema", Setting.InputFormat);

    private static readonly WayOut WriteOtherwise = new("have the documents written as Avro, JSON or text", likely: null);

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(1);

    private readonly ConcurrentDictionary<SchemaId, int> _atFault = new(); // how often in a row no answer came
    private readonly OtherIds _others = new(http, time);

    /// <summary>The schema of an id.</summary>
    /// <exception cref="SchemaNotFoundException">The registry has no Avro schema under this id, or none that can be used.</exception>
    /// <exception cref="GuidsNotServedException">It is named by a GUID, and the registry serves none.</exception>
    /// <exception cref="RegistryUnavailableException">No usable answer within the attempts, or none for other ids either.</exception>
    public async Task<RegisteredSchema> FetchAsync(SchemaId id, CancellationToken cancellation)
    {
        try
        {
            return await AskUntilClearAsync(id, _atFault.ContainsKey(id), cancellation);
        }
        catch (Exception condemned) when (condemned is SchemaNotFoundException or GuidsNotServedException)
        {
            if (_atFault.Count >= MostRemembered) _atFault.Clear();
            _atFault[id] = (condemned as SchemaNotFoundException)?.TimesHung ?? 0;
            throw;
        }
    }

    private async Task<RegisteredSchema> AskUntilClearAsync(SchemaId id, bool wasAtFault, CancellationToken cancellation)
    {
        long began = time.GetTimestamp();
        TimeSpan grace = wasAtFault ? TimeSpan.Zero : options.UnknownIdGrace, pause = options.RetryDelay;
        int refused = wasAtFault ? options.Attempts - 1 : 0;
        int answeredOtherwise = 0; // in a row, each before the id was asked for once more
        while (true)
        {
            TimeSpan longest = options.MaxRetryDelay;
            try
            {
                return await AskAsync(id, isOnce: wasAtFault || answeredOtherwise > 0, cancellation);
            }
            catch (SchemaNotFoundException unknown) when (unknown.MayComeYet)
            {
                longest = grace - time.GetElapsedTime(began);
                if (longest < ShortestPause)
                {
                    OthersAnswer others = await _others.AskAsync(id, isUnknown: true, cancellation);
                    if (others != OthersAnswer.Given) throw Doubtful(unknown, others);
                    throw grace > TimeSpan.Zero ? AskedForAWhile(unknown) : unknown;
                }
            }
            catch (UnusableAnswerException unusable)
            {
                refused += unusable.Requests;
                int enough = unusable.MayPass && !wasAtFault ? options.Attempts : 1;
                if (refused >= options.Attempts && answeredOtherwise >= enough) throw Condemned(id, refused, unusable);
                if (refused >= options.Attempts - 1)
                {
                    if (await _others.AskAsync(id, isUnknown: false, cancellation) != OthersAnswer.Given) throw;
                    if (++answeredOtherwise == 1 && !unusable.MayPass) continue;
                }
            }

            await Task.Delay(pause < longest ? pause : longest, time, cancellation);
            pause = pause < options.MaxRetryDelay / 2 ? 2 * pause : options.MaxRetryDelay;
        }
    }

    private async Task<RegisteredSchema> AskAsync(SchemaId id, bool isOnce, CancellationToken cancellation)
    {
        RegistryAnswer answer = await http.SendAsync(HttpMethod.Get, id.Path, null, cancellation, isOnce);
        if (answer.Status == HttpStatusCode.OK && answer.Text("schema") is not null)
        {
            if (answer.SchemaType is not "AVRO") throw OtherType(id, answer);
            _others.Given(id); // what it refers to may be missing, it is not
            return await CompleteAsync(id, answer, isOnce, cancellation);
        }

        // Only the registry's own "no": a 404 of a proxy or a wrong path must not condemn good documents.
        throw answer.IsUnknown
            ? new SchemaNotFoundException($"The schema registry at {options.Url} knows no schema with {id.Described} "
                + $"({answer.Summary(http.Redaction)}).", mayComeYet: true)
            : faults.Unusable($"schema {id}", answer);
    }

    // With its references it is given no more time than one that hangs: each of 256 could come at the last moment.
    private async Task<RegisteredSchema> CompleteAsync(SchemaId id, RegistryAnswer answer, bool isOnce, CancellationToken cancellation)
    {
        TimeSpan longest = isOnce ? options.Timeout : options.Timeout * options.Attempts;
        using CancellationTokenSource late = new(longest, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        ReferencedSchemas schemas = new($"Schema {id}", GetAsync, faults, options);
        try
        {
            return await schemas.CompleteAsync(answer);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            string found = $"The schema registry at {options.Url} did not give schema {id} with all that it refers to within "
                + $"{longest.TotalSeconds:0.###} s; it was asked for {schemas.Progress}.";
            throw new UnusableAnswerException(found, found, requests: options.Attempts, mayPass: true) { Hangs = true };
        }

        Task<RegistryAnswer> GetAsync(string path) => http.SendAsync(HttpMethod.Get, path, null, either.Token, isOnce);
    }

    private Exception Condemned(SchemaId id, int requests, UnusableAnswerException unusable) =>
        id.Guid is not null && unusable.NoPath && !_others.HaveGuid
            ? new GuidsNotServedException(
                $"the schema registry at {options.Url} does not find schemas by GUID, as {id} is: {unusable.Found.TrimEnd('.')}")
            : new SchemaNotFoundException(
                $"Schema {id} cannot be used, though it was asked for {requests} times and the registry answers otherwise: "
                + unusable.Found, wayOut: unusable.WayOut ?? Mend)
            {
                TimesHung = unusable.Hangs ? _atFault.GetValueOrDefault(id) + 1 : 0,
            };

    private RegistryUnavailableException Doubtful(SchemaNotFoundException unknown, OthersAnswer others) => new(unknown.Found
        + (others == OthersAnswer.Unknown
            ? " Nor does it know those that it gave before, so it seems to have lost what it had, or to be another one: see that "
                + $"{options.Url} is the registry of the producers (Sluice:Registry:Url), and has its schemas. If they were deleted for "
                + $"good, documents of unknown ids are dead-letter records after {OtherIds.LongestUnknown.TotalMinutes:0} minutes of this, "
                + "and sooner after a restart."
            : " But it gives none of those that it gave before, nor says that it does not know them, so it may be in trouble itself: see "
                + $"that {options.Url} is well, and that the worker may still read there."));

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

using System.Net;
using Sluice.Worker.Wording;

namespace Sluice.Worker.Documents.Registry;

/// <summary>What an answer that is none means, in words and as an exception. Thread-safe.</summary>
/// <param name="http">Knows what must not be repeated of an answer.</param>
/// <param name="options">Where the registry is, and as whom it is asked.</param>
internal sealed class RegistryFaults(RegistryHttp http, RegistryOptions options)
{
    /// <summary>Out of an answer, or a schema with all that it refers to, that is too large.</summary>
    public static readonly WayOut RaiseMaxAnswerBytes =
        new("raise Sluice:Registry:MaxAnswerBytes, or have the producer write with a smaller schema", Setting.MaxAnswerBytes);

    private static readonly WayOut GrantUser = new(
        "give the worker's user in the registry (Sluice:Registry:User) the right to read that schema, then send the record again",
        Setting.RegistryUser);

    private static readonly WayOut GrantToken = new(
        "give the owner of the token in Sluice:Registry:BearerTokenFile the right to read that schema, then send the record again",
        Setting.BearerTokenFile);

    private static readonly WayOut MendUrl = new(
        "see that Sluice:Registry:Url is the base of the API, which some registries have below a path such as /apis/ccompat/v7",
        Setting.RegistryUrl);

    /// <summary>The registry's own "no", to what it was asked to do; what another server says means that it was not reached.</summary>
    public Exception Refused(string doing, RegistryAnswer answer) =>
        (int)answer.Status is >= 400 and < 500 && (answer.ErrorCode != 0 || (int)answer.Status is 401 or 403)
            ? new RegistryRefusedException(
                $"The schema registry at {options.Url} refuses {doing}: {answer.Summary(http.Redaction)}.{Advice(answer)}")
            : Unusable(doing, answer);

    /// <summary>An answer that tells nothing of what was asked for: credentials that are refused and a redirect too may be of the one
    /// request.</summary>
    public UnusableAnswerException Unusable(string doing, RegistryAnswer answer)
    {
        string found = $"The schema registry at {options.Url} gave no usable answer for {doing}: {answer.Summary(http.Redaction)}.";
        return new UnusableAnswerException(found + Advice(answer), found, WayOutOf(answer),
            noPath: answer.Status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed);
    }

    /// <summary>A name out of an answer, in quotes, as a message may show it.</summary>
    public string Quote(string name) => ForeignText.Quote(http.Redaction.Clean(name));

    // Where others are answered, so that it is of the one request.
    private WayOut? WayOutOf(RegistryAnswer answer) => answer.Status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => options.BearerTokenFile is { Length: > 0 } ? GrantToken : GrantUser,
        HttpStatusCode.NotFound when answer.ErrorCode == 0 => MendUrl,
        _ => null,
    };

    private string Advice(RegistryAnswer answer) => (int)answer.Status switch
    {
        401 when options.BearerTokenFile is { Length: > 0 } =>
            " Check the token in the file that Sluice:Registry:BearerTokenFile names: it may have run out.",
        401 => " Check Sluice:Registry:User and Sluice:Registry:Password.",
        403 => " The user lacks the right to do this.",
        404 when answer.ErrorCode == 0 =>
            " Is Sluice:Registry:Url the base of the API? Some registries have it below a path such as /apis/ccompat/v7.",
        409 => " The subject's compatibility level forbids the schema; change the level or use another topic.",
        _ => "",
    };
}

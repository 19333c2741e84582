using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Sluice.Worker.Configuration;

/// <summary>Takes what must not be shown out of texts that others wrote, such as librdkafka's and the
/// registry's. Immutable and thread-safe.</summary>
/// <remarks>Our own messages show no secret to begin with (<see cref="Shown"/>). A library may repeat what it was given, whole or from some
/// place on, so any stretch of a secret counts.</remarks>
internal sealed partial class Redaction
{
    private const int Stretch = 8; // characters in a row that are no coincidence; a shorter secret counts whole
    private const int Shortest = 4; // a shorter one stands everywhere, and would tell itself by what is hidden

    private readonly string[] _secrets;
    private readonly HashSet<string> _stretches = [];
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly int[] _lengths;

    /// <param name="secrets">Texts that must not be seen.</param>
    public Redaction(IEnumerable<string> secrets)
    {
        _secrets = [.. secrets.Where(secret => secret.Length > 0)];
        foreach (string secret in _secrets)
        {
            int length = int.Min(Stretch, secret.Length);
            for (int at = 0; at + length <= secret.Length; at++) _stretches.Add(secret.Substring(at, length));
        }

        _lookup = _stretches.GetAlternateLookup<ReadOnlySpan<char>>();
        _lengths = [.. _stretches.Select(stretch => stretch.Length).Distinct()];
    }

    /// <summary>Of what is configured: see <see cref="Of(IEnumerable{KeyValuePair{string, string}})"/>.</summary>
    public static Redaction Of(IConfiguration configuration) => Of(configuration.GetSection("Sluice").AsEnumerable());

    /// <summary>Of settings, by names from <c>Sluice:</c> on: the registry's password, and of librdkafka's settings all that
    /// <see cref="Shown"/> would not show; each as it is, and as an address or a header carries it. Names of users are left in: they stand
    /// in the names of threads and clients.</summary>
    public static Redaction Of(IEnumerable<KeyValuePair<string, string?>> settings)
    {
        KeyValuePair<string, string?>[] given = [.. settings];
        string[] users = [.. given.Where(setting => RegistryUser().IsMatch(setting.Key)).Select(setting => setting.Value ?? "")];
        return new Redaction(
            from setting in given
            where setting.Value is { Length: >= Shortest } && MayBeSecret().IsMatch(setting.Key)
                && !Shown.IsHarmless(setting.Key, setting.Value)
            from form in FormsOf(setting.Value, users)
            select form);
    }

    /// <summary>Of the registry's password alone.</summary>
    public static Redaction OfRegistry(string? user, string? password) =>
        new(password is { Length: >= Shortest } ? FormsOf(password, [user ?? ""]) : []);

    /// <summary>Of one more secret, such as a token that came in the place of another.</summary>
    public Redaction With(string secret) => secret.Length < Shortest ? this : new([.. _secrets, .. FormsOf(secret, [])]);

    /// <summary>The exception itself where its text holds no secret; else one that tells the same without it.</summary>
    public Exception Clean(Exception exception)
    {
        string text = exception.ToString(), clean = Clean(text);
        return clean == text ? exception : new CleanedException(Clean(exception.Message), clean);
    }

    /// <summary>The text with *** for each stretch of a secret; the same text where there is none.</summary>
    public string Clean(string text)
    {
        bool[]? hidden = null;
        foreach (int length in _lengths)
            for (int at = 0; at + length <= text.Length; at++)
                if (_lookup.Contains(text.AsSpan(at, length))) (hidden ??= new bool[text.Length]).AsSpan(at, length).Fill(true);
        return hidden is null
            ? text
            : string.Concat(text.Select((c, at) => !hidden[at] ? c.ToString() : at > 0 && hidden[at - 1] ? "" : Shown.Hidden));
    }

    private static IEnumerable<string> FormsOf(string secret, IEnumerable<string> users) =>
    [
        secret,
        Uri.EscapeDataString(secret),
        .. users.Select(user => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{secret}"))), // basic authentication
    ];

    [GeneratedRegex(
        "^Sluice:(Registry:(Password|Url)|Kafka:(Common|Consumer|Producer)(?!:sasl[._]username$):.*)$",
        RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex MayBeSecret();

    [GeneratedRegex("^Sluice:Registry:User$", RegexOptions.IgnoreCase)]
    private static partial Regex RegistryUser();

    private sealed class CleanedException(string message, string text) : Exception(message)
    {
        public override string ToString() => text;
    }
}

using System.Text;
using Sluice.Inference.Models;
using Sluice.Worker.Configuration;

namespace Sluice.Worker.Documents.Registry;

/// <summary>The token in a file, read for each request: requests are few, and who renews the token writes the file, or a link, anew.
/// Thread-safe.</summary>
/// <param name="file">Holds the token and at most white space around it.</param>
/// <param name="redaction">Of all other secrets.</param>
internal sealed class BearerToken(string file, Redaction redaction)
{
    /// <summary>Bytes of the file at most; tokens of real servers have some thousand.</summary>
    public const int MostBytes = 16 * 1024;

    // One that was renewed a moment ago may still stand in an answer.
    private volatile Sent _sent = new(null, null, redaction);

    /// <summary>Knows the last two tokens that were read, beside all other secrets.</summary>
    public Redaction Redaction => _sent.Redaction;

    /// <summary>The token as it is now.</summary>
    /// <exception cref="RegistryUnavailableException">The file holds none at this moment.</exception>
    public string Read()
    {
        if (TryRead(file, out string token) is { } fault)
            throw new RegistryUnavailableException($"{RegistryOptions.Section}:{nameof(RegistryOptions.BearerTokenFile)} {fault}");
        Sent last = _sent;
        if (token != last.Token)
            _sent = new Sent(token, last.Token, last.Token is null ? redaction.With(token) : redaction.With(token).With(last.Token));
        return token;
    }

    /// <summary>Reads a token.</summary>
    /// <returns>Why there is none, behind the setting's name; null where there is one. It shows neither what the file holds nor its path,
    /// in whose place somebody may have set the token itself.</returns>
    public static string? TryRead(string file, out string token)
    {
        token = "";
        try
        {
            // Reading of a FIFO may wait for ever.
            if (FileStamp.Of(file) is { Kind: not FileStamp.RegularFile and var kind })
                return $"names a file that cannot be read, for it is {kind}; name one that holds the token.";
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> bytes = new byte[MostBytes + 1];
            int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length > MostBytes) return $"names a file of more than {MostBytes} bytes; name one with the token alone.";
            token = Encoding.Latin1.GetString(bytes[..length]).Trim();
            return token.Length == 0 ? "names a file without a token; write the token into it."
                : token.All(c => c is > ' ' and <= '~') ? null
                : "names a file with more than a token (blanks, lines or other characters in it); write the token alone into it.";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return failure is FileNotFoundException or DirectoryNotFoundException
                ? "names a file that is not there; name the file that holds the token."
                : "names a file that cannot be read; name one that holds the token and that the worker may read.";
        }
    }

    private sealed record Sent(string? Token, string? Before, Redaction Redaction);
}

using System.Text;

namespace Sluice.Worker.Demo.Mail;

/// <summary>Rule 1: bytes to text.</summary>
internal static class MailRead
{
    /// <summary>What counts as white space in mails.</summary>
    public static readonly char[] Space = [' ', '\t', '\n'];

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>UTF-8, else ISO-8859-1; every end of line becomes a line feed.</summary>
    public static string Text(ReadOnlySpan<byte> bytes)
    {
        string text = System.Text.Unicode.Utf8.IsValid(bytes) ? Strict.GetString(bytes) : Encoding.Latin1.GetString(bytes);
        return text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
    }
}

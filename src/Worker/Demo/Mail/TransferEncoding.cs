using System.Buffers.Text;
using System.Text;

namespace Sluice.Worker.Demo.Mail;

/// <summary>Undoes a body's transfer encoding, the first half of rule 4.</summary>
internal static class TransferEncoding
{
    /// <summary>The body in clear; as it stands where the encoding is another or base64 is broken.</summary>
    public static string Decode(string body, string encoding)
    {
        if (encoding.Equals("quoted-printable", StringComparison.OrdinalIgnoreCase))
            return MailRead.Text(QuotedPrintable(body));
        if (encoding.Equals("base64", StringComparison.OrdinalIgnoreCase))
            return Base64Of(body) is { } bytes ? MailRead.Text(bytes) : body;
        return body;
    }

    /// <summary>RFC 2045, 6.7: an equals sign ends a line softly or gives a byte in hexadecimal; any other stays.</summary>
    private static byte[] QuotedPrintable(string body)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(WithoutSoftEnds(body));
        int length = 0;
        for (int at = 0; at < bytes.Length; at++)
        {
            if (bytes[at] == '=' && at + 2 < bytes.Length && char.IsAsciiHexDigit((char)bytes[at + 1]) && char.IsAsciiHexDigit((char)bytes[at + 2]))
            {
                bytes[length++] = (byte)((Convert.FromHexString([(char)bytes[at + 1], (char)bytes[at + 2]]))[0]);
                at += 2;
            }
            else
            {
                bytes[length++] = bytes[at];
            }
        }

        return bytes[..length];
    }

    private static string WithoutSoftEnds(string body)
    {
        var kept = new StringBuilder(body.Length);
        int from = 0;
        while (body.IndexOf('=', from) is var at and >= 0)
        {
            int end = at + 1;
            while (end < body.Length && body[end] is ' ' or '\t')
                end++;
            bool soft = end < body.Length && body[end] == '\n';
            kept.Append(body, from, (soft ? at : end) - from);
            from = soft ? end + 1 : end;
        }

        return kept.Append(body, from, body.Length - from).ToString();
    }

    private static byte[]? Base64Of(string body)
    {
        string dense = body.Replace(" ", "", StringComparison.Ordinal).Replace("\t", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal);
        if (!Base64.IsValid(dense))
            return null;
        return Convert.FromBase64String(dense);
    }
}

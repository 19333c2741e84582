namespace Sluice.Worker.Demo.Mail;

/// <summary>A mail, or a part of one: the three header fields that matter, and the body. Rule 2.</summary>
/// <param name="Subject">The first Subject field, or empty.</param>
/// <param name="Type">The first Content-Type field as written, or null.</param>
/// <param name="Encoding">The first Content-Transfer-Encoding field as written, or empty.</param>
/// <param name="Body">All after the first empty line; empty when there is none.</param>
internal sealed record MailPart(string Subject, string? Type, string Encoding, string Body)
{
    /// <summary>Splits a text at its first empty line and reads the fields before it.</summary>
    public static MailPart Split(string text)
    {
        int end = text.StartsWith('\n') ? 0 : text.IndexOf("\n\n", StringComparison.Ordinal);
        string body = end < 0 ? "" : text[(end == 0 ? 1 : end + 2)..];
        ReadOnlySpan<char> head = end < 0 ? text : text.AsSpan(0, end);
        string? subject = null, type = null, encoding = null;
        foreach (string line in Unfold(head))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
                continue;
            ReadOnlySpan<char> name = line.AsSpan(0, colon);
            if (name.Equals("subject", StringComparison.OrdinalIgnoreCase))
                subject ??= Value(line, colon);
            else if (name.Equals("content-type", StringComparison.OrdinalIgnoreCase))
                type ??= Value(line, colon);
            else if (name.Equals("content-transfer-encoding", StringComparison.OrdinalIgnoreCase))
                encoding ??= Value(line, colon);
        }

        return new MailPart(subject ?? "", type, encoding ?? "", body);
    }

    private static string Value(string line, int colon) => line[(colon + 1)..].Trim(MailRead.Space);

    /// <summary>Header lines, each with the lines that continue it.</summary>
    private static List<string> Unfold(ReadOnlySpan<char> head)
    {
        var lines = new List<string>();
        var line = new System.Text.StringBuilder();
        bool open = false;
        foreach (Range range in head.Split('\n'))
        {
            ReadOnlySpan<char> next = head[range];
            if (open && next is [' ' or '\t', ..])
            {
                line.Append(' ').Append(next.Trim(MailRead.Space));
                continue;
            }

            if (open)
                lines.Add(line.ToString());
            line.Clear().Append(next);
            open = true;
        }

        lines.Add(line.ToString());
        return lines;
    }
}

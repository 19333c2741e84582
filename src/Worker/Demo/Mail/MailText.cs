using System.Text;

namespace Sluice.Worker.Demo.Mail;

/// <summary>Subject and body of a mail as its reader sees them: what the model was trained on.</summary>
/// <param name="Subject">The subject field, unfolded; empty when there is none. Encoded words (RFC 2047) stay as they are.</param>
/// <param name="Body">The text of the first part that a reader would be shown, without the lines in which an early filter left its verdict.</param>
/// <remarks>
/// Rule by rule the same as training/mail_text.py, which states them: models/mail/split.tsv holds a SHA-256 of each mail's text, so a difference is seen.
/// White space is space, tab and line feed; letters compare as ASCII, in any case.
/// </remarks>
internal sealed record MailText(string Subject, string Body)
{
    /// <summary>Rule 6: subject, line feed, body, without white space at the ends.</summary>
    public string Joined => $"{Subject}\n{Body}".Trim(MailRead.Space);

    /// <summary>Reads a mail. Any bytes give a text; there is nothing that fails.</summary>
    public static MailText Of(ReadOnlySpan<byte> mail)
    {
        MailPart whole = MailPart.Split(MailRead.Text(mail));
        string text = MailContent.Of(whole).Text;
        return new MailText(whole.Subject, WithoutVerdicts(text));
    }

    // Rule 5.
    private static string WithoutVerdicts(string text)
    {
        if (!text.Contains("SPAM:", StringComparison.Ordinal))
            return text;
        var kept = new StringBuilder(text.Length);
        bool first = true;
        foreach (Range line in text.AsSpan().Split('\n'))
        {
            ReadOnlySpan<char> words = text.AsSpan(line);
            if (words.StartsWith("SPAM:", StringComparison.Ordinal))
                continue;
            if (!first)
                kept.Append('\n');
            kept.Append(words);
            first = false;
        }

        return kept.ToString();
    }
}

using System.Text.RegularExpressions;

namespace Sluice.Worker.Demo.Mail;

/// <summary>What a part is, as far as choosing among parts goes.</summary>
internal enum ContentKind
{
    Plain,
    Html,
    Other,
}

/// <summary>The readable text of a part. Rules 3 and 4.</summary>
internal readonly partial record struct MailContent(ContentKind Kind, string Text)
{
    /// <summary>How many levels of parts within parts are opened.</summary>
    private const int Deepest = 4;

    public static MailContent Of(MailPart part) => Of(part, Deepest);

    private static MailContent Of(MailPart part, int depth)
    {
        string type = part.Type ?? "text/plain";
        if (depth > 0 && type.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) && BoundaryOf(type) is { } boundary && PartsOf(part.Body, boundary) is { } parts)
            return Best(parts.ConvertAll(inner => Of(MailPart.Split(inner), depth - 1)));
        string text = TransferEncoding.Decode(part.Body, part.Encoding);
        if (type.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) || LooksLikeHtml(text))
            return new MailContent(ContentKind.Html, HtmlText.Of(text));
        return new MailContent(type.StartsWith("text/", StringComparison.OrdinalIgnoreCase) ? ContentKind.Plain : ContentKind.Other, text);
    }

    private static MailContent Best(List<MailContent> contents)
    {
        foreach (ContentKind wanted in (ReadOnlySpan<ContentKind>)[ContentKind.Plain, ContentKind.Html])
        {
            foreach (MailContent content in contents)
            {
                if (content.Kind == wanted && content.Text.AsSpan().Trim(MailRead.Space).Length > 0)
                    return content;
            }
        }

        return new MailContent(ContentKind.Plain, "");
    }

    private static bool LooksLikeHtml(string text)
    {
        ReadOnlySpan<char> start = text.AsSpan().TrimStart(MailRead.Space);
        return start.StartsWith("<html", StringComparison.OrdinalIgnoreCase) || start.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase);
    }

    private static string? BoundaryOf(string type) =>
        Boundary().Match(type) is { Success: true } match ? match.Groups[1].Length > 0 ? match.Groups[1].Value : match.Groups[2].Value : null;

    /// <summary>The texts after each line that is the boundary, or null when none is.</summary>
    private static List<string>? PartsOf(string body, string boundary)
    {
        string open = "--" + boundary, close = open + "--";
        List<string>? parts = null;
        int start = 0;
        for (int at = 0; at <= body.Length;)
        {
            int end = body.IndexOf('\n', at) is var found and >= 0 ? found : body.Length;
            ReadOnlySpan<char> line = body.AsSpan(at, end - at).TrimEnd(MailRead.Space);
            if (line.SequenceEqual(open) || line.SequenceEqual(close))
            {
                parts?.Add(body[start..Math.Max(start, at - 1)]);
                parts ??= [];
                start = end + 1;
            }

            at = end + 1;
        }

        parts?.Add(start <= body.Length ? body[start..] : "");
        return parts;
    }

    [GeneratedRegex("boundary[ \\t]*=[ \\t]*(?:\"([^\"]*)\"|([^ \\t;]+))", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Boundary();
}

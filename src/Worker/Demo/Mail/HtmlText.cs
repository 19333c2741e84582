using System.Text;

namespace Sluice.Worker.Demo.Mail;

/// <summary>What is left of HTML without its markup, the second half of rule 4. Linear in the text's length.</summary>
internal static class HtmlText
{
    private static readonly (string Entity, string Character)[] Entities =
        [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];

    /// <summary>Comments, scripts, styles and tags become a space each, then the six entities their characters, in that order.</summary>
    public static string Of(string html)
    {
        string text = WithoutTags(WithoutHidden(html));
        foreach ((string entity, string character) in Entities)
            text = text.Replace(entity, character, StringComparison.Ordinal);
        return text;
    }

    private static string WithoutHidden(string html)
    {
        var ends = new EndOfElement(html);
        return Without(html, at => ends.EndOfHidden(at));
    }

    private static string WithoutTags(string html)
    {
        int lastClose = html.LastIndexOf('>');
        return Without(html, at => at + 2 <= lastClose && (html[at + 1] is '!' or '/' or '?' || char.IsAsciiLetter(html[at + 1])) ? html.IndexOf('>', at + 2) + 1 : -1);
    }

    /// <summary>Replaces what begins at a less-than sign by a space wherever <paramref name="endOf"/> gives its end (exclusive; -1: nothing begins here).</summary>
    private static string Without(string html, Func<int, int> endOf)
    {
        var kept = new StringBuilder(html.Length);
        int from = 0, search = 0;
        while (search < html.Length && html.IndexOf('<', search) is var at and >= 0)
        {
            int end = endOf(at);
            if (end < 0)
            {
                search = at + 1;
                continue;
            }

            kept.Append(html, from, at - from).Append(' ');
            from = search = end;
        }

        return kept.Append(html, from, html.Length - from).ToString();
    }
}

namespace Sluice.Worker.Demo.Mail;

/// <summary>Finds where comments, scripts and styles end in a text that is read from left to right.</summary>
/// <remarks>Remembers which of the three ends no more, so that a text full of beginnings does not take quadratic time.</remarks>
internal sealed class EndOfElement(string html)
{
    private bool _noMoreComments, _noMoreScripts, _noMoreStyles;

    /// <summary>The index after the comment, script or style that begins at <paramref name="at"/>, or -1.</summary>
    public int EndOfHidden(int at)
    {
        if (string.CompareOrdinal(html, at, "<!--", 0, 4) == 0)
            return End(at + 4, ref _noMoreComments, from => html.IndexOf("-->", from, StringComparison.Ordinal) is var found and >= 0 ? found + 3 : -1);
        if (Begins(at, "<script"))
            return End(at + 7, ref _noMoreScripts, from => EndOfClosingTag(from, "</script"));
        return Begins(at, "<style") ? End(at + 6, ref _noMoreStyles, from => EndOfClosingTag(from, "</style")) : -1;
    }

    private static int End(int from, ref bool noMore, Func<int, int> find)
    {
        int end = noMore ? -1 : find(from);
        noMore |= end < 0;
        return end;
    }

    // Ends where a word does, so that <scripture> is no script.
    private bool Begins(int at, string tag)
    {
        int after = at + tag.Length;
        return string.Compare(html, at, tag, 0, tag.Length, StringComparison.OrdinalIgnoreCase) == 0
            && (after >= html.Length || !(char.IsAsciiLetterOrDigit(html[after]) || html[after] == '_'));
    }

    private int EndOfClosingTag(int from, string tag)
    {
        while (from <= html.Length && html.IndexOf(tag, from, StringComparison.OrdinalIgnoreCase) is var found and >= 0)
        {
            int end = found + tag.Length;
            while (end < html.Length && html[end] is (>= '\t' and <= '\r') or ' ')
                end++;
            if (end < html.Length && html[end] == '>')
                return end + 1;
            from = found + tag.Length;
        }

        return -1;
    }
}

using Sluice.Worker.Configuration;
using Sluice.Worker.Wording;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Sluice.Cli.DeadLetters;

/// <summary>Writes lines: with colours, and cut to its width, to a terminal; whole and plain to anything else. One thread.</summary>
/// <param name="console">The terminal; null for none.</param>
/// <param name="plain">Takes the lines where there is no terminal.</param>
/// <param name="redaction">Takes configured secrets out of others' texts.</param>
internal sealed class LineWriter(IAnsiConsole? console, TextWriter plain, Redaction redaction)
{
    private const int Least = 20; // columns for a text, however long what stands before it is: the terminal breaks the line then

    /// <summary>Columns of a line; null where there is no bound.</summary>
    public int? Width => console?.Profile.Width;

    /// <summary>Writes a line of Spectre's markup.</summary>
    public void Write(string markup)
    {
        if (console is null) plain.WriteLine(Markup.Remove(markup));
        else console.MarkupLine(markup);
    }

    /// <summary>A text that others wrote as markup: in one line, without what a terminal obeys and without configured secrets.</summary>
    /// <param name="text">Any.</param>
    /// <param name="longest">Characters at most; a count of those left out comes behind them.</param>
    public string Foreign(string text, int longest = ForeignText.Message) =>
        Markup.Escape(ForeignText.OneLine(redaction.Clean(text), longest));

    /// <summary>The same, cut to the columns that are left on a terminal's line.</summary>
    /// <param name="text">Any.</param>
    /// <param name="taken">Columns that are taken before it.</param>
    public string ForeignRest(string text, int taken)
    {
        string line = ForeignText.OneLine(redaction.Clean(text), ForeignText.Message);
        if (Width is not { } width) return Markup.Escape(line);
        int left = int.Max(width - taken, 1);
        Segment whole = new(line);
        if (whole.CellCount() <= left) return Markup.Escape(line);
        return Markup.Escape(Segment.Truncate(whole, left - 1)?.Text ?? "") + "…";
    }

    /// <summary>Writes a text that others wrote behind a label; what a terminal's line does not hold goes on in the next ones.</summary>
    /// <param name="label">Markup before it.</param>
    /// <param name="text">Any.</param>
    /// <param name="indent">Columns before the next lines.</param>
    /// <param name="longest">Characters at most; a count of those left out comes behind them.</param>
    public void WriteForeign(string label, string text, int indent, int longest = ForeignText.Message)
    {
        string line = ForeignText.OneLine(redaction.Clean(text), longest);
        int left = Width is { } width ? int.Max(width - new Segment(Markup.Remove(label)).CellCount(), Least) : int.MaxValue;
        while (new Segment(line).CellCount() > left)
        {
            string part = Segment.Truncate(new Segment(line), left)!.Text;
            int blank = part.LastIndexOf(' ');
            if (blank > left / 2) part = part[..blank];
            Write(label + Markup.Escape(part));
            (line, label) = (line[part.Length..].TrimStart(), new string(' ', indent));
            left = int.Max(Width!.Value - indent, Least);
        }

        Write(label + Markup.Escape(line));
    }
}

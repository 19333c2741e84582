using System.Text;
using Sluice.Worker.Startup;

namespace Benchmarks;

/// <summary>A report as a page of docs/results: where the figures come from, then the figures, then the tables as
/// the terminal shows them.</summary>
internal static class ReportMarkdown
{
    private const int Width = 140;

    // What would end a cell or begin a mark-up of its own. Underscores stay: figures are named with them, and within a word they mark
    // nothing.
    private const string Marks = @"\|`*<";

    /// <returns>The page, with a line break at its end. Remarks are wrapped, tables' cells padded to their column.</returns>
    public static string Render(BenchmarkReport report, ReportOrigin origin)
    {
        StringBuilder page = new();
        page.Append($"# bench {report.Name}\n\n{Escape(report.Summary)}\n\n");
        AppendItem("machine", report.Machine.ToString());
        AppendItem("sluice", origin.Build.ToString());
        foreach ((string what, string version) in report.Versions) AppendItem(what, version);
        AppendItem("date", origin.Date.ToString("yyyy-MM-dd"));
        page.Append($"- command: `{origin.Command}`\n");
        foreach (string fault in report.Faults) AppendItem("not measured", fault);
        if (report.Figures.Count > 0) AppendTable(page, report.FigureTable());
        foreach (ReportTable table in report.Tables) AppendTable(page, table);
        return page.ToString();

        void AppendItem(string what, string value) => page.Append($"- {Escape(what)}: {Escape(value)}\n");
    }

    private static void AppendTable(StringBuilder page, ReportTable table)
    {
        string[] heads = [.. table.Columns.Select(Escape)];
        string[][] rows = [.. table.Texts().Select(row => row.Select(Escape).ToArray())];
        int[] widths = [.. heads.Select((head, column) => rows.Select(row => row[column].Length).Append(Math.Max(head.Length, 3)).Max())];
        page.Append($"\n## {Escape(table.Title)}\n\n");
        if (table.Remark is { } remark) page.Append($"{Wrapped(Escape(remark))}\n\n");
        AppendRow(heads);
        page.Append($"|{string.Join('|', widths.Select(Rule))}|\n");
        foreach (string[] row in rows) AppendRow(row);

        void AppendRow(string[] cells) => page.Append($"| {string.Join(" | ", cells.Select(Pad))} |\n");
        string Pad(string cell, int column) => table.IsNumeric(column) ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]);
        string Rule(int width, int column) => table.IsNumeric(column) ? new string('-', width + 1) + ":" : new string('-', width + 2);
    }

    private static string Wrapped(string text)
    {
        StringBuilder wrapped = new(text.Length);
        int column = 0;
        foreach (string word in text.Split(' '))
        {
            bool fits = column + 1 + word.Length <= Width;
            if (column > 0) wrapped.Append(fits ? ' ' : '\n');
            column = fits && column > 0 ? column + 1 + word.Length : word.Length;
            wrapped.Append(word);
        }

        return wrapped.ToString();
    }

    private static string Escape(string text)
    {
        StringBuilder escaped = new(text.Length);
        foreach (char one in text.ReplaceLineEndings(" "))
        {
            if (Marks.Contains(one)) escaped.Append('\\');
            escaped.Append(one);
        }

        return escaped.ToString();
    }
}

/// <summary>What a page of results says of the run beside what was measured.</summary>
/// <param name="Build">Version and commit of what ran.</param>
/// <param name="Date">The day of its end, UTC.</param>
/// <param name="Command">The line that runs it again.</param>
internal sealed record ReportOrigin(ProductBuild Build, DateOnly Date, string Command)
{
    private const string Plain = "-_./:=,@%+"; // beside letters and digits, what a shell leaves alone

    /// <param name="arguments">Of <c>./sluice bench</c>.</param>
    /// <param name="time">Tells the day.</param>
    public static ReportOrigin Now(IEnumerable<string> arguments, TimeProvider time) => new(
        ProductBuild.This,
        DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime),
        string.Join(' ', arguments.Select(Quote).Prepend("./sluice bench")));

    private static string Quote(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || Plain.Contains(c))
            ? argument
            : $"'{argument.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}

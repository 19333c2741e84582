using Spectre.Console;

namespace Benchmarks;

/// <summary>A report as people read it.</summary>
internal sealed class ReportTerminal
{
    private readonly IAnsiConsole _terminal;

    /// <param name="output">Gets colours and the window's width where it is a terminal; plain and wide lines where it is not.</param>
    public ReportTerminal(TextWriter output)
    {
        bool plain = output != Console.Out || Console.IsOutputRedirected;
        _terminal = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
        });
        if (plain)
        {
            _terminal.Profile.Width = 160;
        }
    }

    public void WriteHeader(BenchmarkReport report)
    {
        _terminal.MarkupLineInterpolated($"[bold]{report.Name}[/]  {report.Summary}");
        _terminal.MarkupLineInterpolated($"[grey]{report.Machine}, .NET {Environment.Version}[/]");
    }

    public void WriteNote(string line) => _terminal.MarkupLineInterpolated($"[grey]{line}[/]");

    public void WriteError(string line) => _terminal.MarkupLineInterpolated($"[red]{line}[/]");

    public void Write(BenchmarkReport report)
    {
        foreach (ReportTable table in report.Tables)
        {
            _terminal.Write(Render(table));
        }

        if (report.Figures.Count > 0) _terminal.Write(Render(report.FigureTable()));
        if (report.Remark is { } remark) WriteNote(remark);
        foreach (string fault in report.Faults) WriteError(fault);
    }

    private static Table Render(ReportTable table)
    {
        Table rendered = new() { Title = new TableTitle(Markup.Escape(table.Title)), Border = TableBorder.Rounded };
        if (table.Remark is { } remark) rendered.Caption = new TableTitle(Markup.Escape(remark));
        for (int column = 0; column < table.Columns.Count; column++)
        {
            Justify side = table.IsNumeric(column) ? Justify.Right : Justify.Left;
            rendered.AddColumn(new TableColumn(Markup.Escape(table.Columns[column])) { Alignment = side });
        }

        foreach (string[] row in table.Texts())
        {
            rendered.AddRow([.. row.Select(Markup.Escape)]);
        }

        return rendered;
    }
}

using Spectre.Console;

namespace Benchmarks;

/// <summary>A report as people read it.</summary>
internal static class ReportTerminal
{
    private static readonly IAnsiConsole Terminal = Create();

    public static void WriteHeader(BenchmarkReport report)
    {
        Terminal.MarkupLineInterpolated($"[bold]{report.Name}[/]  {report.Summary}");
        Machine machine = report.Machine;
        Terminal.MarkupLineInterpolated($"[grey]{machine.Cpu} ({machine.Kind}), {machine.Cores} cores, {machine.MemoryGiB} GiB, {machine.System}, .NET {Environment.Version}[/]");
    }

    public static void WriteNote(string line) => Terminal.MarkupLineInterpolated($"[grey]{line}[/]");

    public static void WriteError(string line) => Terminal.MarkupLineInterpolated($"[red]{line}[/]");

    public static void Write(BenchmarkReport report)
    {
        foreach (ReportTable table in report.Tables)
        {
            Terminal.Write(Render(table));
        }

        ReportTable figures = new("Figures", ["figure", "value", "unit", "goal", "met"]);
        foreach (Figure figure in report.Figures)
        {
            figures.AddRow(figure.Name, figure.Value, figure.Unit, figure.Goal is double goal ? goal : "-", figure.Met ? "yes" : "NO");
        }

        Terminal.Write(Render(figures));
    }

    /// <summary>Colours and the window's width on a terminal; plain and wide into a file.</summary>
    private static IAnsiConsole Create()
    {
        bool plain = Console.IsOutputRedirected;
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect });
        if (plain)
        {
            console.Profile.Width = 160;
        }

        return console;
    }

    private static Table Render(ReportTable table)
    {
        Table rendered = new() { Title = new TableTitle(Markup.Escape(table.Title)), Border = TableBorder.Rounded };
        foreach (string column in table.Columns)
        {
            bool numeric = table.Rows.Count > 0 && table.Rows[0][table.Columns.ToList().IndexOf(column)] is not string;
            rendered.AddColumn(new TableColumn(Markup.Escape(column)) { Alignment = numeric ? Justify.Right : Justify.Left });
        }

        foreach (object[] row in table.Rows)
        {
            rendered.AddRow([.. row.Select(cell => Markup.Escape(Format(cell)))]);
        }

        return rendered;
    }

    private static string Format(object cell) => cell switch
    {
        Sample sample => $"{Number(sample.Median)} ({Number(sample.Min)}..{Number(sample.Max)})",
        double number => Number(number),
        int number => Number(number),
        long number => Number(number),
        _ => cell.ToString() ?? "",
    };

    /// <summary>Four digits are what a benchmark can tell.</summary>
    private static string Number(double value) => Math.Abs(value) switch
    {
        0 => "0",
        >= 1000 => value.ToString("#,##0"),
        >= 100 => value.ToString("0.0"),
        >= 1 => value.ToString("0.00"),
        _ => value.ToString("0.####"),
    };
}

namespace Benchmarks;

/// <summary>What a benchmark found: written by the benchmark on one thread, printed and saved. May be read on another meanwhile, which
/// then finds what was whole at that moment.</summary>
internal sealed class BenchmarkReport(string name, string summary, Machine machine)
{
    private volatile Dictionary<string, string> _versions = new() { ["dotnet"] = Environment.Version.ToString() };
    private volatile ReportTable[] _tables = [];
    private volatile Figure[] _figures = [];
    private volatile string[] _faults = [];

    public string Name { get; } = name;

    public string Summary { get; } = summary;

    public Machine Machine { get; } = machine;

    /// <summary>Versions of what was measured, by name.</summary>
    public IReadOnlyDictionary<string, string> Versions => _versions;

    public IReadOnlyList<ReportTable> Tables => _tables;

    /// <summary>One figure for each that an issue names, in the order.</summary>
    public IReadOnlyList<Figure> Figures => _figures;

    /// <summary>What could not be measured and why; a run with one of them ends with exit code 1.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>What whoever reads the figures on a terminal has to know of them, a sentence below them; null where there is nothing. Files
    /// have it among the versions. Set by the benchmark's thread before its end.</summary>
    public string? Remark { get; set; }

    /// <summary>Notes the version of something that took part, such as <c>onnxruntime</c>.</summary>
    public void AddVersion(string what, string version) => _versions = new(_versions) { [what] = version };

    /// <summary>Notes that something could not be measured.</summary>
    public void AddFault(string why) => _faults = [.. _faults, why];

    /// <summary>Begins a table; add its rows to what is returned.</summary>
    public ReportTable AddTable(string title, params string[] columns) => AddTable(new ReportTable(title, columns));

    /// <summary>Adds a table.</summary>
    public ReportTable AddTable(ReportTable table)
    {
        _tables = [.. _tables, table];
        return table;
    }

    /// <summary>All figures, as people read them: value, goal, and whether it was met.</summary>
    public ReportTable FigureTable()
    {
        ReportTable table = new("Figures", ["figure", "value", "unit", "goal", "met"]);
        foreach (Figure figure in _figures)
        {
            table.AddRow(figure.Name, figure.Value, figure.Unit, figure.Goal is double goal ? goal : "-",
                figure.Met switch { true => "yes", false => "NO", null => "-" });
        }

        return table;
    }

    /// <summary>A figure that has to reach <paramref name="goal"/>.</summary>
    public void AddFigureAtLeast(string figure, double value, string unit, double goal) =>
        Add(new Figure(figure, value, unit, goal, value >= goal));

    /// <summary>A figure that must not pass <paramref name="goal"/>.</summary>
    public void AddFigureAtMost(string figure, double value, string unit, double goal) =>
        Add(new Figure(figure, value, unit, goal, value <= goal));

    /// <summary>A figure whose goal lies on both sides, or depends on more than a number; the table beside it tells the whole.</summary>
    public void AddFigure(string figure, double value, string unit, double goal, bool met) =>
        Add(new Figure(figure, value, unit, goal, met));

    /// <summary>A figure of which nothing is asked, here or anywhere.</summary>
    public void AddFigure(string figure, double value, string unit) => Add(new Figure(figure, value, unit, Goal: null, Met: null));

    private void Add(Figure figure) => _figures = [.. _figures, figure];
}

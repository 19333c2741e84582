namespace Benchmarks;

/// <summary>A table of a report; cells are numbers, texts or <see cref="Sample"/>s.</summary>
internal sealed class ReportTable(string title, IReadOnlyList<string> columns)
{
    private readonly List<object[]> _rows = [];

    public string Title { get; } = title;

    public IReadOnlyList<string> Columns { get; } = columns;

    public IReadOnlyList<object[]> Rows => _rows;

    /// <param name="cells">One for each column; returned table for the next row.</param>
    /// <exception cref="ArgumentException">The number of cells is not that of the columns.</exception>
    public ReportTable AddRow(params object[] cells)
    {
        if (cells.Length != Columns.Count)
        {
            throw new ArgumentException($"Table '{Title}' has {Columns.Count} columns, but the row has {cells.Length} cells.",
                nameof(cells));
        }

        _rows.Add(cells);
        return this;
    }
}

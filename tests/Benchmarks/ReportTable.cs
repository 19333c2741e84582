using System.Globalization;
using System.Text.Json.Serialization;

namespace Benchmarks;

/// <summary>A table of a report; cells are numbers, texts or <see cref="Sample"/>s. Written on one thread; another may read it meanwhile.
/// </summary>
internal sealed class ReportTable(string title, IReadOnlyList<string> columns)
{
    private volatile object[][] _rows = [];

    public string Title { get; } = title;

    public IReadOnlyList<string> Columns { get; } = columns;

    /// <summary>What whoever reads it has to know: sentences, above the table in a page and below it on a terminal; null where there is
    /// nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Remark { get; init; }

    public IReadOnlyList<object[]> Rows => _rows;

    /// <param name="cells">One for each column; returned table for the next row.</param>
    /// <exception cref="ArgumentException">The number of cells is not that of the columns.</exception>
    public ReportTable AddRow(params object[] cells)
    {
        if (cells.Length != Columns.Count)
        {
            throw new ArgumentException(
                $"Table '{Title}' has {Columns.Count} columns, but the row has {cells.Length} cells.", nameof(cells));
        }

        _rows = [.. _rows, cells];
        return this;
    }

    /// <summary>Whether a column is one of numbers, by its first row; people want those at the right.</summary>
    public bool IsNumeric(int column) => _rows.Length > 0 && _rows[0][column] is not string;

    /// <summary>The rows as people read them, a text for each cell.</summary>
    public IEnumerable<string[]> Texts() => _rows.Select(row => row.Select(Text).ToArray());

    private static string Text(object cell) => cell switch
    {
        Sample sample => $"{Number(sample.Median)} ({Number(sample.Min)}..{Number(sample.Max)})",
        double number => Number(number),
        int or long => string.Create(CultureInfo.InvariantCulture, $"{cell:#,##0}"), // counted, and so exact
        _ => cell.ToString() ?? "",
    };

    /// <summary>Four digits are what a benchmark can tell; of what is tiny its size matters, and two do.</summary>
    private static string Number(double value) => Math.Abs(value) switch
    {
        0 => "0",
        double.NaN => "-",
        double.PositiveInfinity => value > 0 ? "∞" : "-∞",
        >= 1000 => value.ToString("#,##0"),
        >= 100 => value.ToString("0.0"),
        >= 1 => value.ToString("0.00"),
        >= 0.001 => value.ToString("0.####"),
        _ => value.ToString("0.0e+0", CultureInfo.InvariantCulture),
    };
}

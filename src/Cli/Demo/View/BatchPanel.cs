using Sluice.Cli.Demo.Report;
using Sluice.Inference.Batching;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Sluice.Cli.Demo.View;

/// <summary>Which batches were planned: how many documents of which length ran together, and how well their time was predicted.</summary>
internal static class BatchPanel
{
    private const string Shades = "·░▒▓█";
    private const int CellWidth = 4;

    public static Panel Of(DemoReport report)
    {
        BatchTotals batches = report.Worker.Batches;
        List<IRenderable> lines = [.. Plot(batches.Shapes).Select(line => new Markup(line))];
        lines.Add(new Markup($"[grey]{PredictionLine(batches)}[/]"));
        return SummaryScreen.Panel("batches: documents × longest", new Rows(lines));
    }

    /// <summary>What was predicted, in words.</summary>
    public static string PredictionLine(BatchTotals batches) => batches.Batches == 0
        ? "no batch was run"
        : $"predicted {Milliseconds(batches.PredictedMs)}, took {Milliseconds(batches.MeasuredMs)}; "
            + $"a batch is off by {Numbers.Percent(batches.MeanError, 1)}; "
            + $"if padded, {Numbers.Percent(batches.PaddingRatio, 1)} of tokens would be padding";

    /// <summary>A line for each number of documents, a cell for each length; the fuller, the more documents ran in such batches.</summary>
    private static IEnumerable<string> Plot(IReadOnlyList<BatchShapeCount> shapes)
    {
        if (shapes.Count == 0) yield break;
        int[] rows = Powers(shapes.Max(shape => shape.Rows)), lengths = Powers(shapes.Max(shape => shape.Longest));
        lengths = [.. lengths.SkipWhile(length => shapes.All(shape => shape.Longest != length))];
        var batches = shapes.ToDictionary(shape => (shape.Rows, shape.Longest), shape => shape.Batches);
        double most = shapes.Max(shape => (double)shape.Batches * shape.Rows);
        foreach (int row in rows)
        {
            string cells = string.Concat(lengths.Select(length => Cell(row * batches.GetValueOrDefault((row, length)) / most)));
            string all = Numbers.Count(shapes.Where(shape => shape.Rows == row).Sum(shape => shape.Batches));
            yield return $"[grey]{Range(row),7}[/] [mediumpurple2]{cells}[/] {all}";
        }

        yield return $"[grey]{"tokens",7} {string.Concat(lengths.Select(length => $"{length}".PadRight(CellWidth)))} batches[/]";
    }

    private static string Cell(double share) =>
        new string(share == 0 ? Shades[0] : Shades[Math.Clamp((int)Math.Ceiling(share * (Shades.Length - 1)), 1, Shades.Length - 1)],
            CellWidth - 1) + " ";

    private static string Milliseconds(double milliseconds) => Numbers.Time(TimeSpan.FromMilliseconds(milliseconds));

    private static string Range(int from) => from == 1 ? "1" : $"{from}-{(2 * from) - 1}";

    private static int[] Powers(int last) => [.. Enumerable.Range(0, 17).Select(power => 1 << power).TakeWhile(power => power <= last)];
}

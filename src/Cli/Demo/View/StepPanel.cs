using Sluice.Cli.Demo.Report;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Sluice.Cli.Demo.View;

/// <summary>Where the worker's CPU time went, which model it ran, and how the run went over time.</summary>
internal static class StepPanel
{
    private const int BarWidth = 60;

    private static readonly string[] Colours = ["deepskyblue3", "mediumpurple2", "orange1", "aqua", "green3", "hotpink", "grey50"];

    public static Panel Of(DemoReport report)
    {
        var lines = new List<IRenderable> { Stack(report.Worker) };
        var legend = new Grid().AddColumn().AddColumn().AddColumn();
        string[] names = [.. report.Worker.Cpu.Select((step, index) =>
            $"[{Colour(index)}]■[/] {step.Step} [bold]{Numbers.Percent(report.Worker.Share(step.Time))}[/]")];
        foreach (string[] row in names.Chunk(3))
            legend.AddRow([.. row.Concat(Enumerable.Repeat("", 3 - row.Length))]);
        lines.Add(legend);
        lines.Add(new Markup($"[grey]{Numbers.Time(report.Worker.StepsCpu)} of CPU in the steps, "
            + $"{Numbers.Time(report.Worker.ProcessCpu)} in the process; other:\n"
            + "Kafka clients, broker, registry, replay, reading back[/]"));
        lines.Add(new Text(""));
        lines.Add(SummaryScreen.Line("model", ModelLine.Of(report)));
        lines.Add(SummaryScreen.Line("batches", Batches(report.Worker)));
        lines.Add(new Markup($"[grey]{"documents/s",-14}[/][aqua]{Bar.Curve(report.Pace)}[/]"));
        lines.Add(SummaryScreen.Line("time", $"{Numbers.Time(report.Elapsed)}", "bold"));
        return SummaryScreen.Panel("where the worker's time goes", new Rows(lines));
    }

    private static string Batches(WorkerFigures worker) => worker.Batches.Batches == 0
        ? "none"
        : $"{Numbers.Count(worker.Batches.Batches)}, on average "
            + $"{(double)worker.Documents / worker.Batches.Batches:0.0} × {Numbers.Count(AverageLength(worker))} tokens";

    private static double AverageLength(WorkerFigures worker) => worker.Documents == 0 ? 0 : (double)worker.Tokens / worker.Documents;

    private static Markup Stack(WorkerFigures worker)
    {
        int[] widths = Bar.Split([.. worker.Cpu.Select(step => step.Time.TotalSeconds)], BarWidth);
        return new Markup(string.Concat(widths.Select((width, index) =>
            width == 0 ? "" : $"[{Colour(index)}]{new string('█', width)}[/]")));
    }

    private static string Colour(int index) => Colours[index % Colours.Length];
}

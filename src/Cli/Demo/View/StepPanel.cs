using Sluice.Cli.Demo.Report;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Sluice.Cli.Demo.View;

/// <summary>Where the worker's CPU time went.</summary>
internal static class StepPanel
{
    private const int BarWidth = 14;

    private static readonly string[] Colours = ["deepskyblue3", "mediumpurple2", "orange1", "aqua", "green3", "hotpink", "grey50"];

    public static Panel Of(DemoReport report)
    {
        List<IRenderable> lines = [.. report.Worker.Cpu.Select((step, index) => Step(step.Step, report.Worker.Share(step.Time), index))];
        lines.Add(new Markup($"[grey]{Numbers.Time(report.Worker.StepsCpu)} in the steps, {Numbers.Time(report.Worker.ProcessCpu)} "
            + "in the process; other: Kafka clients, broker, registry, replay, reading back[/]"));
        return SummaryScreen.Panel("CPU time by step", new Rows(lines));
    }

    private static Markup Step(string name, double share, int index) => new(
        $"[grey]{name,-8}[/][bold]{Numbers.Percent(share),6}[/] [{Colours[index % Colours.Length]}]{Bar.Of(share, BarWidth)}[/]");
}

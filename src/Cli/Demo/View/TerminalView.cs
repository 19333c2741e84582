using Sluice.Cli.Demo.Report;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Sluice.Cli.Demo.View;

/// <summary>A spinner while things are prepared, a live screen while mails go through, and a coloured summary.</summary>
internal sealed class TerminalView(IAnsiConsole console, TimeProvider time) : IDemoView
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(120);

    public Task<T> DuringAsync<T>(string doing, Func<Task<T>> work) =>
        console.Status().Spinner(Spinner.Known.Dots).SpinnerStyle(Style.Parse("aqua")).StartAsync(Markup.Escape(doing), _ => work());

    public void Done(string what) => console.MarkupLine($"[green]✓[/] {Markup.Escape(what)}");

    public void Failed(string what) => console.MarkupLine($"[red]✗[/] {Markup.Escape(what)}");

    public async Task WatchAsync(Func<DemoStatus> status, Task end)
    {
        var curve = new LiveCurve();
        await console.Live(Screen(status())).AutoClear(true).StartAsync(async live =>
        {
            while (!end.IsCompleted)
            {
                await Task.WhenAny(end, Task.Delay(Period, time));
                DemoStatus now = status();
                curve.Add(now.DocumentsPerSecond, now.Elapsed);
                live.UpdateTarget(Screen(now));
            }
        });

        IRenderable Screen(DemoStatus now) => now.Timeline is null
            ? LiveScreen.Of(now, curve) : BurstScreen.Live(now, console.Profile.Width, console.Profile.Height);
    }

    public void Summary(DemoReport report) => console.Write(report.Burst is null
        ? SummaryScreen.Of(report, console.Profile.Width)
        : BurstScreen.Summary(report, console.Profile.Width, console.Profile.Height));
}

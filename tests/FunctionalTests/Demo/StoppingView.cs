using Sluice.Cli.Demo.Report;
using Sluice.Cli.Demo.View;

namespace FunctionalTests.Demo;

/// <summary>Presses Ctrl-C when some documents are labelled.</summary>
internal sealed class StoppingView(IDemoView inner, CancellationTokenSource stop, int after) : IDemoView
{
    public Task<T> DuringAsync<T>(string doing, Func<Task<T>> work) => inner.DuringAsync(doing, work);

    public void Done(string what) => inner.Done(what);

    public void Failed(string what) => inner.Failed(what);

    public async Task WatchAsync(Func<DemoStatus> status, Task end)
    {
        while (!end.IsCompleted && status().Counts.Labelled < after)
            await Task.WhenAny(end, Task.Delay(TimeSpan.FromMilliseconds(10)));
        await stop.CancelAsync();
        await end;
    }

    public void Summary(DemoReport report) => inner.Summary(report);
}

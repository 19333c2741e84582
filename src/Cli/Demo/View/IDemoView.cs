using Sluice.Cli.Demo.Report;

namespace Sluice.Cli.Demo.View;

/// <summary>Shows a run to a person at a terminal, or to a log.</summary>
internal interface IDemoView
{
    /// <summary>Shows that something goes on until it is done.</summary>
    Task<T> DuringAsync<T>(string doing, Func<Task<T>> work);

    /// <summary>Something was done; a line that stays.</summary>
    void Done(string what);

    /// <summary>Something went wrong; a line that stays.</summary>
    void Failed(string what);

    /// <summary>Shows the run until <paramref name="end"/> is over. Does not throw what ended it.</summary>
    Task WatchAsync(Func<DemoStatus> status, Task end);

    void Summary(DemoReport report);
}

using System.Runtime.InteropServices;
using Sluice.Worker;

namespace Worker.Tests;

public sealed class StopSignalsTests
{
    [Fact]
    public async Task SIGHUP_asks_to_stop_and_does_not_end_the_process()
    {
        CancellationToken told = StopSignals.Heed(CancellationToken.None, PosixSignal.SIGHUP);
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration registration = told.Register(asked.SetResult);
        Signals.Send(Environment.ProcessId, Signals.Hup);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Whatever_else_asks_to_stop_is_heeded_too()
    {
        using CancellationTokenSource other = new();
        CancellationToken told = StopSignals.Heed(other.Token, PosixSignal.SIGHUP);
        Assert.False(told.IsCancellationRequested);
        await other.CancelAsync();
        Assert.True(told.IsCancellationRequested);
    }
}

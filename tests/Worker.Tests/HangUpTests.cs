using Sluice.Worker;

namespace Worker.Tests;

public sealed class HangUpTests
{
    [Fact]
    public async Task SIGHUP_asks_to_stop_and_does_not_end_the_process()
    {
        using HangUp hangUp = new(CancellationToken.None);
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration registration = hangUp.Token.Register(asked.SetResult);
        Signals.Send(Environment.ProcessId, Signals.Hup);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Whatever_else_asks_to_stop_is_heeded_too()
    {
        using CancellationTokenSource other = new();
        using HangUp hangUp = new(other.Token);
        Assert.False(hangUp.Token.IsCancellationRequested);
        await other.CancelAsync();
        Assert.True(hangUp.Token.IsCancellationRequested);
    }
}

using Sluice.Cli.Demo.Replay;

namespace Cli.Tests.Demo;

public sealed class WindowTests
{
    [Fact]
    public async Task A_full_window_opens_when_a_document_leaves()
    {
        using var window = new Window(mostDocuments: 2, mostBytes: 1000);
        await window.EnterAsync(10, CancellationToken.None);
        await window.EnterAsync(10, CancellationToken.None);
        Task third = window.EnterAsync(10, CancellationToken.None).AsTask();

        Assert.False(third.IsCompleted);
        window.Leave(10);

        await third.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_window_may_be_bounded_anew()
    {
        using var window = new Window(mostDocuments: 1, mostBytes: 1000);
        await window.EnterAsync(10, CancellationToken.None);
        window.Allow(2);

        Assert.True(window.EnterAsync(10, CancellationToken.None).AsTask().IsCompleted);
        Assert.False(window.EnterAsync(10, CancellationToken.None).AsTask().IsCompleted);
    }

    [Fact]
    public async Task Bytes_are_bounded_as_documents_are()
    {
        using var window = new Window(mostDocuments: 100, mostBytes: 100);
        await window.EnterAsync(60, CancellationToken.None);
        Task second = window.EnterAsync(60, CancellationToken.None).AsTask();

        Assert.False(second.IsCompleted);
        window.Leave(60);

        await second.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_document_larger_than_the_window_passes_alone()
    {
        using var window = new Window(mostDocuments: 100, mostBytes: 100);

        await window.EnterAsync(5000, CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Waiting_ends_when_cancelled()
    {
        using var window = new Window(1, 100);
        using var stop = new CancellationTokenSource();
        await window.EnterAsync(1, CancellationToken.None);
        Task second = window.EnterAsync(1, stop.Token).AsTask();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
    }
}

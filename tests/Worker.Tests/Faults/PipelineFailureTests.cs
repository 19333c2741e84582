using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Worker.Configuration;
using Sluice.Worker.Faults;

namespace Worker.Tests.Faults;

public sealed class PipelineFailureTests : IDisposable
{
    private readonly ApplicationLifetime _lifetime = new(NullLogger<ApplicationLifetime>.Instance);
    private readonly PipelineFailure _failure;

    public PipelineFailureTests() => _failure = new PipelineFailure(_lifetime, new Redaction([]), NullLogger<PipelineFailure>.Instance);

    [Fact]
    public async Task A_cancellation_that_nobody_asked_for_is_a_failure_and_stops_the_host()
    {
        OperationCanceledException own = new("a request timed out");
        await _failure.GuardAsync("decode", _ => throw own);
        Assert.Same(own, _failure.First);
        Assert.True(_lifetime.ApplicationStopping.IsCancellationRequested);
        Assert.True(_failure.Stop.IsCancellationRequested);
    }

    [Fact]
    public void So_it_is_on_a_thread_of_its_own()
    {
        OperationCanceledException own = new();
        _failure.Guard("infer", () => throw own);
        Assert.Same(own, _failure.First);
    }

    [Fact]
    public async Task A_cancellation_after_the_steps_were_told_to_stop_is_none()
    {
        _failure.StopNow();
        await _failure.GuardAsync("decode", stop => Task.FromCanceled(stop));
        _failure.Guard("infer", () => throw new OperationCanceledException());
        Assert.Null(_failure.First);
        Assert.False(_lifetime.ApplicationStopping.IsCancellationRequested);
    }

    public void Dispose() => _lifetime.StopApplication();
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sluice.Cli.Demo.Clusters;
using Sluice.Cli.Demo.Settings;
using Sluice.Inference.Modes;
using Sluice.Worker;
using Sluice.Worker.Configuration;
using Sluice.Worker.Faults;
using Sluice.Worker.Observability;
using Sluice.Worker.Pipeline;
using Sluice.Worker.Startup;

namespace Sluice.Cli.Demo.Replay;

/// <summary>The worker, whole and as it is, in the demo's process.</summary>
internal sealed class DemoWorker : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly PipelineProgress _progress;
    private readonly PipelineFailure _failure;
    private bool _stopped;

    private ServedModel Served => _host.Services.GetRequiredService<WorkerService>().Served!;

    private DemoWorker(IHost host)
    {
        _host = host;
        _progress = host.Services.GetRequiredService<PipelineProgress>();
        _failure = host.Services.GetRequiredService<PipelineFailure>();
        FirstMode = Mode;
    }

    /// <summary>What its model may label.</summary>
    public IReadOnlyList<string> Labels => Served.Bundle.Identity.Labels;

    /// <summary>The mode that it began with: of those that it may choose, the most accurate.</summary>
    public Mode FirstMode { get; }

    /// <summary>The mode of the next batch.</summary>
    public Mode Mode => Served.Mode.Snapshot.Mode;

    /// <summary>What it has done so far.</summary>
    public ProgressSnapshot Progress => _progress.Snapshot();

    /// <summary>What stopped it, or null.</summary>
    public Exception? Failure => _failure.First;

    /// <summary>Cancelled when the worker stops by itself.</summary>
    public CancellationToken Stopping => _host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

    /// <summary>Loads the model and starts to read. Throws what the worker throws at its start.</summary>
    public static async Task<DemoWorker> StartAsync(DemoOptions options, IDemoCluster cluster, CancellationToken cancellation)
    {
        var settings = new Dictionary<string, string?>(cluster.WorkerSettings)
        {
            ["Kafka:BootstrapServers"] = cluster.BootstrapServers,
            ["Kafka:GroupId"] = cluster.Topics.Group,
            ["Kafka:InputTopics:0"] = cluster.Topics.Documents,
            ["Kafka:OutputTopic"] = cluster.Topics.Labels,
            ["Kafka:DeadLetterTopic"] = cluster.Topics.DeadLetters,
            ["Registry:Url"] = cluster.RegistryOptions.Url,
            ["Input:Format"] = "Avro",
            ["Input:TextFields:0"] = "subject",
            ["Input:TextFields:1"] = "body",
            ["Input:IdField"] = "id",
            ["Output:Format"] = "Avro",
            ["Model:Path"] = options.Model,
            ["Model:Mode"] = options.Mode,
            ["Engine:Provider"] = options.Provider,
            ["Pipeline:DrainTimeout"] = "00:00:05", // whoever pressed Ctrl-C should not wait for a queue of mails
        };
        if (options.Precision is { } precision) settings["Model:Precision"] = precision;
        IHost host = WorkerHost.Create(settings);
        try
        {
            await host.StartAsync(cancellation);
            return new DemoWorker(host);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <summary>How many documents it can label in a second, by the costs that it has learned and the pace that its cores have now.
    /// </summary>
    /// <param name="mode">One that is loaded.</param>
    /// <param name="warmUp">What it has labelled so far, all of it: such documents are asked of.</param>
    public double CapacityOf(Mode mode, IReadOnlyList<Outcome> warmUp)
    {
        int threads = _host.Services.GetRequiredService<PipelineOptions>().InferenceThreads;
        return Capacity.Of(warmUp, Served.ModeCosts, mode, threads, Progress.Batches.MeasuredMs);
    }

    /// <summary>Drains and commits, then stops.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        if (_stopped)
            return;
        _stopped = true;
        await _host.StopAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(new CancellationToken(canceled: true));
        _host.Dispose();
    }
}

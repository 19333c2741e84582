using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.ML.OnnxRuntime;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Onnx;
using Sluice.Inference.Warmup;
using Sluice.Worker.Configuration;
using Sluice.Worker.Delivery;
using Sluice.Worker.Documents.Registry;
using Sluice.Worker.Faults;
using Sluice.Worker.Kafka;
using Sluice.Worker.Monitoring;
using Sluice.Worker.Startup;

namespace Sluice.Worker;

/// <summary>The worker as a process, from its settings to its exit code: what <c>./sluice run</c> and the program of this folder
/// run.</summary>
internal static class WorkerProgram
{
    /// <summary>Runs the worker until the caller, SIGTERM, SIGINT or a failure stops it; says why it ended.</summary>
    /// <param name="settings">Such as <c>--Kafka:GroupId=mail</c> or <c>--Kafka:GroupId mail</c>.</param>
    /// <param name="config">A JSON file as appsettings.json, or null.</param>
    /// <param name="secrets">A folder of <see cref="SecretFiles"/>, or null for the one that the environment names.</param>
    /// <param name="errors">Takes the last words, where the log is not JSON.</param>
    /// <param name="stop">Stops it as a signal does; programs pass <see cref="StopSignals"/>.</param>
    /// <returns>0 when it stopped as told, else one of <see cref="ExitCodes"/>.</returns>
    /// <remarks>What is a bug comes through: <see cref="UnhandledFault"/> tells it.</remarks>
    public static Task<int> RunAsync(string[] settings, string? config, string? secrets, TextWriter errors, CancellationToken stop) =>
        RunAsync(() => WorkerHost.Create(settings, config, secrets), LastLine.For(errors, GivenSettings.Of(
            [.. Given(GivenSettings.FileOption, config), .. Given(SecretFiles.Option, secrets), .. settings])), stop);

    /// <summary>The same of a host.</summary>
    /// <param name="create">Makes it; called once.</param>
    /// <param name="last">Says why it ended.</param>
    /// <param name="stop">Stops it.</param>
    /// <inheritdoc cref="RunAsync(string[], string?, string?, TextWriter, CancellationToken)"/>
    internal static async Task<int> RunAsync(Func<IHost> create, LastLine last, CancellationToken stop)
    {
        PipelineFailure? failure = null;
        CancellationToken stopping = default;
        EngineOptions engine = new();
        Redaction redaction = new([]); // until the settings are read, no message holds any
        try
        {
            using (IHost host = create())
            {
                engine = host.Services.GetRequiredService<EngineOptions>();
                redaction = host.Services.GetRequiredService<Redaction>();
                failure = host.Services.GetRequiredService<PipelineFailure>();
                stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
                StartLine.Write(host.Services);
                await host.StartAsync(stop);
                await host.WaitForShutdownAsync(stop);
                // Told before the sessions of a lost GPU are closed, for what is native may abort the process there.
                if (failure.First is EngineLostException) return Stopped(failure.First);
            }

            return failure.First is null ? 0 : Stopped(failure.First);
        }
        catch (Exception e) when (e == failure?.First) // a step's, before the host had started
        {
            return Stopped(e);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested || stopping.IsCancellationRequested)
        {
            return last.Tell(0, "Stopped before it had started.");
        }
        catch (OptionsValidationException e)
        {
            return last.Tell(ExitCodes.Misconfigured, "The worker cannot start with these settings:", e.Failures.Select(redaction.Clean));
        }
        catch (ArenaLimitException e) when (e.IsOfASetting)
        {
            return last.Tell(ExitCodes.Misconfigured, "The worker cannot start with these settings:", redaction.Clean(e.Message));
        }
        catch (Exception e) when (e is FormatException or FileNotFoundException or InvalidDataException)
        {
            string text = e.InnerException is null ? e.Message : $"{e.Message} {e.InnerException.Message}";
            return last.Tell(ExitCodes.Misconfigured, redaction.Clean(text));
        }
        catch (Exception e) when (IsOfTheStart(e) || e is DllNotFoundException)
        {
            string wayOut = e is not ArenaLimitException && OutOfMemory.Is(e) ? $" What helps: {WantOfMemory.WayOut(engine)}." : "";
            return last.Tell(ExitCodes.CannotStart, $"The worker cannot start: {redaction.Clean(e.Message)}{wayOut}");
        }

        // A cancellation that nobody asked for says nothing without the place that it came from.
        int Stopped(Exception first) => first switch
        {
            EngineLostException => last.Tell(ExitCodes.EngineLost, $"The worker stopped: {redaction.Clean(first.Message)} Nothing is "
                + "lost: of what was in flight no offset is committed, and the next start labels it."),
            MassRejectionException => last.Tell(ExitCodes.TooManyRejections, $"The worker stopped: {redaction.Clean(first.Message)}"),
            _ => last.Tell(ExitCodes.Failed,
                $"The worker stopped: {redaction.Clean(first is OperationCanceledException ? first.ToString() : first.Message)}"),
        };
    }

    private static string[] Given(string option, string? value) => value is null ? [] : [option, value];

    /// <summary>What ends a start though each setting is sound: model, runtime, memory, cluster, registry or port are not as they must be.
    /// </summary>
    public static bool IsOfTheStart(Exception failure) => failure
        is BundleException or ProviderException or OnnxRuntimeException or ArenaLimitException or StudentWarmupException
        or ClusterException or RegistryUnavailableException or RegistryRefusedException or PortException;
}

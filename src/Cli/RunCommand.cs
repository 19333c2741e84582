using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.ML.OnnxRuntime;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Onnx;
using Sluice.Worker;
using Sluice.Worker.Configuration;
using Sluice.Worker.Documents.Registry;
using Sluice.Worker.Faults;
using Sluice.Worker.Kafka;
using Sluice.Worker.Startup;

namespace Sluice.Cli;

/// <summary><c>./sluice run</c>: the worker on a real cluster, until it is told to stop.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        Option<string?> config = new("--config")
        {
            Description = "A JSON file of settings; docs/configuration.md has one to begin with.",
            HelpName = "FILE",
        };
        Argument<string[]> settings = new("settings")
        {
            Description = "Any setting of docs/configuration.md: --Section:Name=value, or --Section:Name value.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Command command = new("run",
            """
            Runs the worker on a Kafka cluster until SIGTERM or SIGINT; then it delivers and commits what it has read.

              ./sluice run --Model:Path=models/mail --Kafka:BootstrapServers=kafka:9092 --Kafka:InputTopics:0=mails --Registry:Url=http://registry:8081

            Settings come from appsettings.json, from --config, from the environment (Sluice__Kafka__GroupId=mail) and from the
            command line (--Kafka:GroupId=mail); later ones win. Lists are numbered, from 0.

            Exit codes: 0 stopped as told, 1 stopped by a failure, 2 wrong settings, 3 could not start (model, library, cluster,
            topic, registry).
            """)
        { settings, config };
        command.SetAction((result, stop) => RunAsync(
            result.GetValue(settings) ?? [], result.GetValue(config), result.InvocationConfiguration.Error, stop));
        return command;
    }

    private static async Task<int> RunAsync(string[] settings, string? config, TextWriter errors, CancellationToken stop)
    {
        PipelineFailure? failure = null;
        Redaction redaction = new([]); // until the settings are read, no message holds any
        LastLine last = LastLine.For(errors, GivenSettings.Of(config is null ? settings : ["--config", config, .. settings]));
        try
        {
            using IHost host = WorkerHost.Create(settings, config);
            redaction = host.Services.GetRequiredService<Redaction>();
            failure = host.Services.GetRequiredService<PipelineFailure>();
            StartLine.Write(host.Services);
            await host.RunAsync(stop);
            return failure.First is null ? 0 : Stopped(failure.First);
        }
        catch (OperationCanceledException) // told to stop while it waited for brokers, topics or the registry
        {
            return last.Tell(0, "Stopped before it had started.");
        }
        catch (OptionsValidationException e)
        {
            return last.Tell(ExitCodes.Misconfigured, "The worker cannot start with these settings:", e.Failures.Select(redaction.Clean));
        }
        catch (ArenaLimitException e)
        {
            return last.Tell(ExitCodes.Misconfigured, "The worker cannot start with these settings:", [redaction.Clean(e.Message)]);
        }
        catch (Exception e) when (e is FormatException or FileNotFoundException or InvalidDataException)
        {
            string text = e.InnerException is null ? e.Message : $"{e.Message} {e.InnerException.Message}";
            return last.Tell(ExitCodes.Misconfigured, redaction.Clean(text));
        }
        catch (Exception e) when (IsOfTheStart(e))
        {
            return last.Tell(ExitCodes.CannotStart, $"The worker cannot start: {redaction.Clean(e.Message)}");
        }
        catch (Exception e) when (e == failure?.First) // a step's, before the host had started
        {
            return Stopped(e);
        }

        int Stopped(Exception first) => last.Tell(ExitCodes.Failed, $"The worker stopped: {redaction.Clean(first.Message)}");
    }

    private static bool IsOfTheStart(Exception failure) => failure
        is BundleException or ProviderException or OnnxRuntimeException or ClusterException or RegistryUnavailableException
        or RegistryRefusedException or DllNotFoundException or InvalidOperationException;
}

using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sluice.Inference.Models;
using Sluice.Worker.Configuration;
using Sluice.Worker.Kafka;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Startup;

/// <summary>The first line of a start: what runs, on what, with which model and with which settings.</summary>
internal static class StartLine
{
    /// <summary>Writes it; to be called before anything else of the worker is made, so that nothing is logged before it.</summary>
    public static void Write(IServiceProvider services)
    {
        ILogger logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(LogCategories.Start);
        if (!logger.IsEnabled(LogLevel.Information)) return;
        string settings = string.Join("; ", ChangedSettings.Of(services));
        Log.Start(
            logger, ProductBuild.This.Version, ProductBuild.This.Commit ?? "unknown", RuntimeInformation.FrameworkDescription,
            RuntimeInformation.RuntimeIdentifier, ClientFeatures.Describe(),
            Model(services.GetRequiredService<ModelOptions>()), settings.Length == 0 ? "none" : settings);
    }

    // Its manifest alone: loading it takes a second, and what is wrong with it is told then.
    private static string Model(ModelOptions options)
    {
        try
        {
            Manifest manifest = ManifestReader.Read(options.Path);
            string mode = options.Auto is null ? options.ServedMode.Name : ModelOptions.AutoMode;
            return $"{manifest.Id} {manifest.Version}, {mode}, {options.ServedMode.Precision}";
        }
        catch (Exception e) when (e is BundleException or IOException or UnauthorizedAccessException)
        {
            return "unreadable";
        }
    }
}

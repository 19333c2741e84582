using Microsoft.Extensions.Logging;
using Sluice.Schemas;
using Sluice.Worker.Diagnostics;
using Sluice.Worker.Kafka;
using Sluice.Worker.Registry;

namespace Sluice.Worker.Pipeline;

/// <summary>Gets the registry's id of the schema that labels are written with, once, at start.</summary>
internal sealed class PredictionSchema(RegistryClient registry, KafkaOptions options, TimeProvider time, ILogger<PredictionSchema> logger)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <exception cref="RegistryUnavailableException">The registry does not answer within <see cref="KafkaOptions.StartTimeout"/>.</exception>
    /// <exception cref="RegistryRefusedException">The schema is not there and may not be registered, or is refused.</exception>
    public async Task<int> GetIdAsync(CancellationToken stop)
    {
        long began = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await registry.IdForTopicAsync(options.OutputTopic, PredictionCodec.SchemaText, stop);
            }
            catch (RegistryUnavailableException e) when (time.GetElapsedTime(began) < options.StartTimeout)
            {
                Log.RegistryUnavailable(logger, e.Message, RetryDelay);
                await Task.Delay(RetryDelay, time, stop);
            }
        }
    }
}

using Sluice.Schemas;
using Sluice.Worker.Kafka;
using Sluice.Worker.Registry;

namespace Sluice.Worker.Pipeline;

/// <summary>Gets the registry's id of the schema that labels are written with, once, at start.</summary>
internal sealed class PredictionSchema(RegistryClient registry, KafkaOptions options, RegistryTrouble trouble, TimeProvider time)
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
                int id = await registry.IdForTopicAsync(options.OutputTopic, PredictionCodec.SchemaText, stop);
                trouble.Answered();
                return id;
            }
            catch (RegistryUnavailableException e) when (time.GetElapsedTime(began) < options.StartTimeout)
            {
                trouble.Add("The start waits for the id of the prediction schema", e);
                await Task.Delay(RetryDelay, time, stop);
            }
        }
    }
}

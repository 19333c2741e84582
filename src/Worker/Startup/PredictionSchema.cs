using Sluice.Schemas;
using Sluice.Worker.Documents.Registry;
using Sluice.Worker.Kafka;

namespace Sluice.Worker.Startup;

/// <summary>Gets the registry's id of the schema that labels are written with, once, at start.</summary>
internal sealed class PredictionSchema(RegistryClient registry, RegistryOptions registryOptions, KafkaOptions options,
    RegistryWarning trouble, TimeProvider time)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LeastWait = TimeSpan.FromSeconds(1); // a registry that runs is heard, even when the brokers took all the time

    /// <exception cref="RegistryUnavailableException">The registry does not answer within
    /// <see cref="KafkaOptions.StartTimeout"/>.</exception>
    /// <exception cref="RegistryRefusedException">The schema is not there and may not be registered, or is refused.</exception>
    /// <param name="began">When the start began, by the time provider.</param>
    /// <param name="stop">Ends the waiting.</param>
    public async Task<int> GetIdAsync(long began, CancellationToken stop)
    {
        while (true)
        {
            TimeSpan left = options.StartTimeout - time.GetElapsedTime(began);
            try
            {
                int id = await registry.IdForTopicAsync(options.OutputTopic, Prediction.SchemaText, stop)
                    .WaitAsync(left > LeastWait ? left : LeastWait, time, stop);
                trouble.Answered();
                return id;
            }
            catch (TimeoutException e)
            {
                throw new RegistryUnavailableException($"The schema registry at {registryOptions.Url} has not answered within {options.StartTimeout.TotalSeconds:0} s of the start (Sluice:Kafka:StartTimeout). Is it running, and is Registry:Url right?", e);
            }
            catch (RegistryUnavailableException e) when (time.GetElapsedTime(began) < options.StartTimeout)
            {
                trouble.Add("The start waits for the id of the prediction schema", e);
                await Task.Delay(RetryDelay, time, stop);
            }
        }
    }
}

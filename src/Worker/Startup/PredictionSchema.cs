using Sluice.Schemas;
using Sluice.Worker.Documents.Registry;
using Sluice.Worker.Kafka;

namespace Sluice.Worker.Startup;

/// <summary>Gets the registry's id of the schema that labels are written with, once, at start.</summary>
internal sealed class PredictionSchema(RegistryClient registry, RegistryCheck check, KafkaOptions options)
{
    /// <exception cref="RegistryUnavailableException">The registry does not answer within
    /// <see cref="KafkaOptions.StartTimeout"/>.</exception>
    /// <exception cref="RegistryRefusedException">The schema is not there and may not be registered, or is refused.</exception>
    /// <param name="began">When the start began to wait, by the time provider.</param>
    /// <param name="stop">Ends the waiting.</param>
    public Task<int> GetIdAsync(long began, CancellationToken stop) =>
        check.AskAsync("The start waits for the id of the prediction schema",
            () => registry.IdForTopicAsync(options.OutputTopic, Prediction.SchemaText, stop), began, stop);
}

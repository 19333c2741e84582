using Sluice.Schemas;
using Sluice.Worker.Documents.Avro;
using Sluice.Worker.Documents.Registry;
using Sluice.Worker.Kafka;

namespace Sluice.Worker.Startup;

/// <summary>Gets the registry's id of the schema that labels are written with, once, at start.</summary>
/// <remarks>Labels are written in one schema, <see cref="Prediction.SchemaText"/>, so their id is of that one, or of one that differs from
/// it in nothing that bytes depend on.</remarks>
internal sealed class PredictionSchema(RegistryClient registry, RegistryOptions options, RegistryCheck check, KafkaOptions kafka)
{
    /// <summary>Registers the schema; with <see cref="RegistryOptions.AutoRegister"/> off, finds it among what is registered.</summary>
    /// <exception cref="RegistryUnavailableException">The registry does not answer within
    /// <see cref="KafkaOptions.StartTimeout"/>.</exception>
    /// <exception cref="RegistryRefusedException">The schema is not there and may not be registered, or is refused; or labels cannot be
    /// read with the latest version that is there.</exception>
    /// <param name="began">When the start began to wait, by the time provider.</param>
    /// <param name="stop">Ends the waiting.</param>
    public Task<int> GetIdAsync(long began, CancellationToken stop)
    {
        string subject = SubjectName.OfValue(kafka.OutputTopic);
        return check.AskAsync("The start waits for the id of the prediction schema",
            () => options.AutoRegister ? registry.RegisterAsync(subject, Prediction.SchemaText, stop) : FindIdAsync(subject, stop),
            began, stop);
    }

    private async Task<int> FindIdAsync(string subject, CancellationToken stop)
    {
        SubjectVersion latest = await registry.GetLatestAsync(subject, stop);
        WriterType ours = SchemaReader.Read(Prediction.SchemaText), theirs = Read(subject, latest);
        if (ReaderCheck.AreAlike(ours, theirs)) return latest.Id;
        string version = $"version {latest.Version} of the subject {subject}, the latest (schema {latest.Id})";
        if (ReaderCheck.Faults(ours, theirs) is { Count: > 0 } faults)
            throw new RegistryRefusedException($"Labels cannot be read with {version}: {string.Join("; ", faults)}. {WayOut(subject)}");
        try
        {
            return await registry.LookUpAsync(subject, Prediction.SchemaText, stop);
        }
        catch (RegistryRefusedException e)
        {
            throw new RegistryRefusedException($"Labels are written in the worker's own schema, and {version}, is another: "
                + $"{ReaderCheck.Difference(ours, theirs)}. {e.Message}");
        }
    }

    private static WriterType Read(string subject, SubjectVersion latest)
    {
        try
        {
            return SchemaReader.Read(latest.Schema.Text, latest.Schema.Referenced);
        }
        catch (AvroSchemaException e)
        {
            throw new RegistryRefusedException($"Version {latest.Version} of the subject {subject}, the latest (schema {latest.Id}), is no "
                + $"schema that labels could have: {e.Message} {WayOut(subject)}");
        }
    }

    private static string WayOut(string subject) =>
        $"Register the worker's schema (src/Schemas/prediction.avsc) as the newest version of {subject}, name another "
        + "Sluice:Kafka:OutputTopic, or set Sluice:Registry:AutoRegister to true.";
}

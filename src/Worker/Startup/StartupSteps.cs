using Microsoft.Extensions.Logging;
using Sluice.Inference;
using Sluice.Inference.Batching;
using Sluice.Inference.Models;
using Sluice.Worker.Configuration;
using Sluice.Worker.Control;
using Sluice.Worker.Documents;
using Sluice.Worker.Documents.Envelopes;
using Sluice.Worker.Observability;
using Sluice.Worker.Pipeline;

namespace Sluice.Worker.Startup;

/// <summary>All that happens before the first document is read, step by step and in this order; each is told in the log when it ends.
/// </summary>
/// <remarks>What a step makes is handed to the next ones by value; what must be freed belongs to the step that made it. The model comes
/// first, so that a bad one is told before a cluster that does not answer is waited for.</remarks>
internal sealed class StartupSteps(
    ModelOptions model, BundleStep bundles, SessionsStep sessions, BudgetStep budgets, MemoryStep memory, CostsStep costs,
    ClusterCheck cluster, RegistryCheck registry, PredictionSchema schema, InputOptions input, OutputOptions output,
    PipelineOptions pipeline, TimeProvider time, ILogger<StartupSteps> logger)
{
    /// <summary>Runs the steps, once.</summary>
    /// <param name="stop">Ends the waiting for others at once, and what computes (a second or so) when its step is through.</param>
    /// <returns>What serves from now on.</returns>
    /// <exception cref="OperationCanceledException">The start is told to stop.</exception>
    /// <remarks>What fails a step comes out as it is.</remarks>
    public async Task<ServedModel> RunAsync(CancellationToken stop)
    {
        if (input.Envelope == InputEnvelope.Debezium && !pipeline.KeepKeyOrder) Log.DeletesMayOvertake(logger);
        (ModelBundle bundle, BatchBudget budget) = await ComputeAsync("bundle", bundles.Load);
        EngineSelector engine = await ComputeAsync("sessions", () => sessions.Open(bundle));
        if (budgets.IsNeeded) budget = await ComputeAsync("budget", () => budgets.Find(engine, budget));
        await StepAsync("memory", () => memory.TakeAsync(bundle, engine, budget, stop));
        (CostModels all, ModeCosts own) = await ComputeAsync("costs", () => costs.Know(bundle, engine, budget));

        long began = time.GetTimestamp(); // Kafka:StartTimeout is for all that is waited for together
        await StepAsync("cluster", () => cluster.WaitAsync(began, stop));
        ILabelFormat labels = await LabelFormatAsync(began, stop);
        return new ServedModel(bundle, engine, new CurrentMode(model.UsableModes, model.ServedMode), budget, all, own, labels);

        Task StepAsync(string name, Func<Task> step) => RunStepAsync(name, step, stop);

        async Task<T> ComputeAsync<T>(string name, Func<T> step)
        {
            T made = default!;
            await StepAsync(name, () => Task.Run(() => { made = step(); }, CancellationToken.None));
            return made;
        }
    }

    /// <summary>Waits for the registry where it is needed, as it is for Avro in either direction, and for nothing where it is not.
    /// </summary>
    private async Task<ILabelFormat> LabelFormatAsync(long began, CancellationToken stop)
    {
        if (input.Format == InputFormat.Avro || output.Format == OutputFormat.Avro)
            await RunStepAsync("registry", () => registry.WaitAsync(began, stop), stop);
        else
            Log.NoRegistry(logger, input.Format.ToString(), output.Format.ToString());
        if (output.Format == OutputFormat.Json) return new JsonLabels();
        int schemaId = 0;
        await RunStepAsync("prediction schema", async () => schemaId = await schema.GetIdAsync(began, stop), stop);
        return new AvroLabels(schemaId);
    }

    /// <summary>Runs one step and tells how it ended and when.</summary>
    private async Task RunStepAsync(string name, Func<Task> step, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        long began = time.GetTimestamp();
        try
        {
            await step();
            Tell(LogLevel.Information, "done");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Tell(LogLevel.Information, "stopped");
            throw;
        }
        catch
        {
            Tell(LogLevel.Error, "failed"); // the failure itself is told by whoever ends the program
            throw;
        }

        void Tell(LogLevel level, string outcome)
        {
            long milliseconds = (long)time.GetElapsedTime(began).TotalMilliseconds;
            Log.StartStep(logger, level, name, outcome, milliseconds);
        }
    }
}

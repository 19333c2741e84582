using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Worker.Control;
using Sluice.Worker.Documents;

namespace Sluice.Worker.Pipeline;

/// <summary>What the start has made, and the data path runs with.</summary>
/// <param name="Bundle">Checked.</param>
/// <param name="Engine">Labels batches; belongs to the start.</param>
/// <param name="Mode">What the next batch is run in: whoever controls the worker sets it.</param>
/// <param name="Budget">What one batch may hold; at least the model's longest document.</param>
/// <param name="Costs">All costs that are known on this machine of this model, for the next start.</param>
/// <param name="ModeCosts">What batches cost, for each mode that is loaded.</param>
/// <param name="Labels">How labels are written.</param>
internal sealed record ServedModel(ModelBundle Bundle, IEngine Engine, CurrentMode Mode, BatchBudget Budget, CostModels Costs,
    ModeCosts ModeCosts, ILabelFormat Labels);

/// <summary>The steps of the path that are made for a model.</summary>
/// <param name="Decode">Gives to <paramref name="Batches"/>.</param>
/// <param name="Batches">Gives to <paramref name="Infer"/>.</param>
/// <param name="Infer">Runs on the inference threads.</param>
internal sealed record ModelSteps(DecodeStep Decode, BatchStep Batches, InferStep Infer);

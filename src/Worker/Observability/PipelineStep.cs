namespace Sluice.Worker.Observability;

/// <summary>The steps of the path, in its order.</summary>
internal enum PipelineStep
{
    Consume,
    Decode,
    Batch,
    Infer,
    Publish,
    Commit,
}

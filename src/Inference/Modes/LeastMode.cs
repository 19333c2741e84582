namespace Sluice.Inference.Modes;

/// <summary>The least that a document may be labelled with. Documents of different ones are never in one batch.</summary>
internal enum LeastMode
{
    /// <summary>Whatever mode the worker is in.</summary>
    Any,
}

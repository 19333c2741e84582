namespace Sluice.Worker.Control;

/// <summary>Which part of a model labels a document.</summary>
internal enum ModeKind
{
    /// <summary>Every layer of the teacher.</summary>
    Teacher,
}

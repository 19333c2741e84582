namespace Sluice.Inference.Modes;

/// <summary>Which part of a model labels a document.</summary>
public enum ModeKind
{
    /// <summary>Every layer of the teacher.</summary>
    Teacher,

    /// <summary>The first students of the group, side by side (docs/students.md).</summary>
    Students,

    /// <summary>One small student that is no member of the group.</summary>
    Swift,
}

namespace Sluice.Inference.Modes;

/// <summary>How the rows of one result came about; copied into each prediction.</summary>
/// <param name="Mode">The mode in force when the batch was run.</param>
/// <param name="StudentsUsed">Students whose features were summed, from the first: fewer than the mode says where one failed or was late.
/// Null where the group took no part.</param>
/// <param name="ExitLayer">Layers run, from 1, or null where every layer ran.</param>
public readonly record struct Provenance(Mode Mode, int? StudentsUsed = null, int? ExitLayer = null)
{
    /// <summary>Whether all that the mode asks for took part. Else the batch's cost is not the mode's.</summary>
    public bool IsWhole => StudentsUsed is not { } used || used == Mode.StudentCount;

    /// <summary>The mode that in fact answered: the one in force, or the shorter prefix that was left of it.</summary>
    public Mode AnsweredBy => IsWhole ? Mode : Mode.Students(StudentsUsed!.Value, Mode.Precision);
}

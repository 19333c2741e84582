namespace Sluice.Worker.Control;

/// <summary>How a batch is labelled: by which part of the model, in which arithmetic. Immutable.</summary>
internal sealed record Mode
{
    private static readonly Mode TeacherInt8 = new(ModeKind.Teacher, Precision.Int8);
    private static readonly Mode TeacherFp32 = new(ModeKind.Teacher, Precision.Fp32);

    private Mode(ModeKind kind, Precision precision) => (Kind, Precision) = (kind, precision);

    public ModeKind Kind { get; }

    public Precision Precision { get; }

    /// <summary>The whole model, every layer.</summary>
    public static Mode Teacher(Precision precision) => precision switch
    {
        Precision.Int8 => TeacherInt8,
        Precision.Fp32 => TeacherFp32,
        _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, "Precision is Int8 or Fp32."),
    };
}

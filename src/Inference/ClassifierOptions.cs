using Sluice.Inference.Modes;

namespace Sluice.Inference;

/// <summary>What a <see cref="Classifier"/> labels with, and how.</summary>
public sealed record ClassifierOptions
{
    private readonly Mode _mode = Mode.Teacher(Precision.Int8);
    private readonly int? _threads;

    /// <value>Which part of the model labels, and in which arithmetic. The bundle must have it. Default the teacher in int8.</value>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public Mode Mode
    {
        get => _mode;
        init => _mode = value ?? throw new ArgumentNullException(nameof(Mode), "A mode is Mode.Teacher, Mode.Students or Mode.Swift.");
    }

    /// <value>Threads of one call, the caller's among them. Range 1..256; null for as many as the process may use cores. Default null: one
    /// text is labelled as soon as may be. Callers on several threads of their own label most texts a second with 1. Of a group of students
    /// each runs on one thread, side by side on as many cores as there are, whatever stands here.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public int? Threads
    {
        get => _threads;
        init => _threads = value is null or (>= 1 and <= 256) ? value
            : throw new ArgumentOutOfRangeException(nameof(Threads), value, "Threads are 1 to 256, or null for all cores.");
    }
}

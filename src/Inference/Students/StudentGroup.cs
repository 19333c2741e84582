using Microsoft.ML.OnnxRuntime;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;

namespace Sluice.Inference.Students;

/// <summary>
/// The loaded graphs of a bundle's student group in one precision: students 1..N, and a head for each prefix. Immutable; its sessions are
/// thread-safe.
/// </summary>
internal sealed class StudentGroup : IDisposable
{
    private readonly Session[] _students;
    private readonly Session[] _heads;

    private StudentGroup(ModelBundle bundle, Precision precision, Session[] students, Session[] heads) =>
        (Model, Width, Precision, _students, _heads) = (bundle.Identity, bundle.Manifest.Encoder.Hidden, precision, students, heads);

    public ModelIdentity Model { get; }

    public Precision Precision { get; }

    /// <summary>Values in the vector that a student makes of a document.</summary>
    public int Width { get; }

    /// <summary>N, students in the group.</summary>
    public int Count => _students.Length;

    /// <summary>Student <paramref name="number"/>, from 1: packed inputs -> features[B,H].</summary>
    public Session Student(int number) => _students[number - 1];

    /// <inheritdoc cref="StudentCall"/>
    public unsafe void Run(int number, PackedPointers batch, float* features, RunOptions options) =>
        batch.Feed(Student(number), features, Width, options);

    /// <summary>The head of the prefix of <paramref name="count"/> students, from 1: features[B,H], summed -> logits[B,C].</summary>
    public Session Head(int count) => _heads[count - 1];

    /// <summary>Loads the graphs of the first <paramref name="count"/> students.</summary>
    /// <exception cref="BundleException">The bundle has no such group, or a graph is no longer the one that was checked.</exception>
    public static StudentGroup Load(ModelBundle bundle, Precision precision, int count, EngineOptions options)
    {
        int known = bundle.Manifest.StudentCount;
        if (count < 1 || count > known)
        {
            string lack = known == 0 ? "it has no students" : $"it has {known} students, not {count}";
            throw BundleException.CannotServe(bundle, Mode.Students(count, precision), lack);
        }

        var loaded = new List<Session>();
        try
        {
            SessionSettings session = options.ToSession();
            for (int number = 1; number <= count; number++)
                loaded.Add(ServedGraph.Open(bundle, GraphRole.Student(number), precision, session));
            for (int number = 1; number <= count; number++)
                loaded.Add(ServedGraph.Open(bundle, GraphRole.Head(number), Precision.Fp32, session));
            return new StudentGroup(bundle, precision, [.. loaded.Take(count)], [.. loaded.Skip(count)]);
        }
        catch
        {
            loaded.ForEach(one => one.Dispose());
            throw;
        }
    }

    public void Dispose()
    {
        foreach (Session session in _students.Concat(_heads)) session.Dispose();
    }
}

using Microsoft.Extensions.Logging;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Students;
using Sluice.Worker.Configuration;
using Sluice.Worker.Startup;

namespace FunctionalTests.Inference;

/// <summary>
/// The tiny bundle's group of two students with a call of the test's own in front of them, on a clock and into a log that the test reads.
/// </summary>
internal sealed class TinyGroup : IDisposable
{
    private readonly StudentGroup _group;
    private readonly SessionsStep _sessions; // whose log is read

    /// <param name="helpers">Who helps.</param>
    /// <param name="before">Called on the thread that runs a student, before it does; may throw.</param>
    public TinyGroup(HelperThreads helpers, Action<int> before)
    {
        ModelBundle bundle = ModelBundle.Load(Models.Tiny);
        _group = StudentGroup.Load(bundle, Precision.Int8, 2, new EngineOptions());
        _sessions = new SessionsStep(new ModelOptions(), new EngineOptions(), Clock, new Redaction([]),
            new Logger<SessionsStep>(new LoggerFactory([Log])));
        unsafe
        {
            Engine = new StudentGroupEngine(_group, bundle.Manifest.Encoder.MaxPositions, helpers, _sessions.TellDegraded, Clock,
                (number, batch, features, options) =>
            {
                before(number);
                do _group.Run(number, batch, features, options);
                while (IsEndless?.Invoke(number) ?? false);
            });
        }
    }

    public ManualClock Clock { get; } = new();

    public RecordedLog Log { get; } = new();

    public StudentGroupEngine Engine { get; }

    /// <summary>Whether a student that has done its work does it again: such a one ends only when it is told to.</summary>
    public Func<int, bool>? IsEndless { get; set; }

    /// <summary>Runs a batch of one document of four tokens on a thread of its own.</summary>
    public Task<(BatchOutcome Outcome, float[] Logits)> StartAsync(int count) =>
        Task.Factory.StartNew(() => Run(count), TaskCreationOptions.LongRunning).WaitAsync(TimeSpan.FromSeconds(60));

    public (BatchOutcome Outcome, float[] Logits) Run(int count)
    {
        using PackedBatch<int> batch = new(1, 4);
        batch.TryAdd(0, [2, 7, 8, 3]);
        batch.Seal();
        var logits = new float[Engine.Model.Labels.Count];
        return (Engine.Run(batch.Tensors, count, logits), logits);
    }

    public void Dispose()
    {
        Engine.Dispose();
        Log.Dispose();
    }
}

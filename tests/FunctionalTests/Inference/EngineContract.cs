using Sluice.Inference;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Students;

namespace FunctionalTests.Inference;

/// <summary>What every engine keeps to, whatever it runs.</summary>
public abstract class EngineContract : IDisposable
{
    private static readonly int[][] Documents = [[2, 7, 8, 3], [2, 9, 3], [2, 3], [2, 11, 12, 13, 14, 3], [2, 7, 3]];
    private readonly PackedBatch<int> _batch = BatchOf(Documents);

    public void Dispose()
    {
        _batch.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void In_each_of_its_modes_each_row_is_given_once_on_the_calling_thread_with_that_mode()
    {
        using IEngine engine = Create();
        Assert.NotEmpty(engine.Modes);
        foreach (Mode mode in engine.Modes)
        {
            Rows rows = new(engine.Model.Labels.Count);
            BatchOutcome outcome = engine.Run(_batch.Tensors, mode, rows);
            Assert.Equal(Enumerable.Range(0, Documents.Length), rows.Given.Order());
            Assert.Equal([Environment.CurrentManagedThreadId], rows.Threads.Distinct());
            Assert.All(rows.Provenances.Append(outcome.Provenance), provenance =>
            {
                Assert.Equal((mode, true), (provenance.Mode, provenance.IsWhole));
                Assert.Equal(mode.Kind == ModeKind.Students ? mode.StudentCount : null, provenance.StudentsUsed);
            });
        }
    }

    [Fact]
    public void A_row_has_the_logits_of_its_document_whatever_its_mates_are()
    {
        using IEngine engine = Create();
        int labels = engine.Model.Labels.Count;
        foreach (Mode mode in engine.Modes)
        {
            float[] together = new float[Documents.Length * labels], alone = new float[labels];
            engine.Run(_batch.Tensors, mode, together);
            for (int row = 0; row < Documents.Length; row++)
            {
                using PackedBatch<int> one = BatchOf([Documents[row]]);
                engine.Run(one.Tensors, mode, alone);
                for (int label = 0; label < labels; label++) Assert.Equal(alone[label], together[(row * labels) + label], 1e-5f);
            }
        }
    }

    [Fact]
    public void A_mode_that_it_does_not_run_in_is_refused_by_name_and_no_row_is_given()
    {
        using IEngine engine = Create();
        foreach (Mode mode in new[] { Mode.Students(9, engine.Modes[0].Precision), Mode.Swift(Precision.Fp16) })
        {
            Rows rows = new(engine.Model.Labels.Count);
            Assert.StartsWith($"{mode} is not loaded; ", Assert.Throws<ArgumentException>(() =>
                engine.Run(_batch.Tensors, mode, rows)).Message, StringComparison.Ordinal);
            Assert.Empty(rows.Given);
        }
    }

    [Fact]
    public void What_the_sink_throws_comes_through_and_the_next_batch_is_run_as_ever()
    {
        using IEngine engine = Create();
        Mode mode = engine.Modes[^1];
        Rows rows = new(engine.Model.Labels.Count) { Failure = new InvalidOperationException("no broker") };
        Assert.Same(rows.Failure, Assert.Throws<InvalidOperationException>(() => engine.Run(_batch.Tensors, mode, rows)));
        rows.Failure = null;
        engine.Run(_batch.Tensors, mode, rows);
        Assert.Equal(Documents.Length, rows.Given.Count);
    }

    [Fact]
    public void Costs_are_kept_under_a_name_of_its_own_for_each_mode()
    {
        using IEngine engine = Create();
        Assert.Equal(engine.Modes.Count, engine.Modes.Select(mode => (engine.CostNameOf(mode), mode.Precision)).Distinct().Count());
    }

    [Fact]
    public void Giving_rows_to_a_sink_allocates_nothing_beside_the_sessions()
    {
        using IEngine engine = Create();
        Mode mode = engine.Modes[^1];
        for (int time = 0; time < 3; time++) engine.Run(_batch.Tensors, mode, DiscardedRows.Instance);
        int runs = mode.StudentCount > 0 ? mode.StudentCount + 1 : 1; // and a head
        Assert.InRange(Allocations.Of(() =>
        {
            for (int time = 0; time < 100; time++) engine.Run(_batch.Tensors, mode, DiscardedRows.Instance);
        }), 0, 100 * runs * BytesARun);
    }

    /// <summary>Most managed bytes of one run of one graph.</summary>
    private protected virtual int BytesARun => Models.BytesARun;

    private protected abstract IEngine Create();

    private static PackedBatch<int> BatchOf(int[][] documents)
    {
        PackedBatch<int> batch = new(documents.Length, documents.Sum(ids => ids.Length));
        for (int row = 0; row < documents.Length; row++) batch.TryAdd(row, documents[row]);
        batch.Seal();
        return batch;
    }

    private sealed class Rows(int labels) : IRowSink
    {
        public List<int> Given { get; } = [];

        public List<int> Threads { get; } = [];

        public List<Provenance> Provenances { get; } = [];

        public Exception? Failure { get; set; }

        public void Take(ReadOnlySpan<int> rows, ReadOnlySpan<float> logits, Provenance provenance)
        {
            if (Failure is not null) throw Failure;
            Assert.Equal(rows.Length * labels, logits.Length);
            Given.AddRange(rows);
            Threads.Add(Environment.CurrentManagedThreadId);
            Provenances.Add(provenance);
        }
    }
}

public sealed class GraphEngineContract : EngineContract
{
    private protected override IEngine Create() =>
        GraphEngine.Create(ModelBundle.Load(Models.Tiny), Mode.Teacher(Precision.Int8), new EngineOptions());
}

public sealed class StudentGroupEngineContract : EngineContract
{
    private protected override IEngine Create()
    {
        ModelBundle bundle = ModelBundle.Load(Models.Tiny);
        return new StudentGroupEngine(StudentGroup.Load(bundle, Precision.Int8, 2, new EngineOptions()),
            bundle.Manifest.Encoder.MaxPositions, new HelperThreads(2));
    }
}

public sealed class StackedGroupEngineContract : EngineContract
{
    private protected override IEngine Create() =>
        StackedGroupEngine.Load(ModelBundle.Load(Models.Tiny), Mode.Students(2, Precision.Fp32), new EngineOptions());
}

public sealed class EngineSelectorContract : EngineContract
{
    private protected override IEngine Create() => new EngineSelector(ModelBundle.Load(Models.Tiny),
        [Mode.Teacher(Precision.Int8), Mode.Swift(Precision.Fp32), Mode.Students(2, Precision.Int8)], new EngineOptions());
}

public sealed class ConstantEngineContract : EngineContract
{
    private protected override int BytesARun => 0;

    private protected override IEngine Create() =>
        new ConstantEngine(new ModelIdentity("none", "1", ["a", "b", "c"], 32), [Mode.Teacher(Precision.Int8)], rowsAtOnce: 2);
}

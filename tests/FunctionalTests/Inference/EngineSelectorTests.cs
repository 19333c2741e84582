using Sluice.Inference;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;

namespace FunctionalTests.Inference;

/// <summary>Modes that change from batch to batch over one set of loaded graphs.</summary>
public sealed class EngineSelectorTests : IDisposable
{
    private static readonly Mode[] Modes = [Mode.Teacher(Precision.Int8), Mode.Students(1, Precision.Int8),
        Mode.Students(2, Precision.Int8), Mode.Swift(Precision.Int8)];
    private readonly ModelBundle _bundle = ModelBundle.Load(Models.Tiny);
    private readonly PackedBatch<int> _batch = Batch();

    public void Dispose() => _batch.Dispose();

    [Fact]
    public void The_mode_may_change_with_each_batch_and_the_label_is_that_of_the_mode_alone()
    {
        float[][] alone = [.. Modes.Select(Alone)];
        Assert.Equal(Modes.Length, alone.Select(logits => string.Join(' ', logits)).Distinct().Count());
        using EngineSelector engines = new(_bundle, Modes, new EngineOptions());
        var random = new Random(5);
        for (int time = 0; time < 100; time++)
        {
            int mode = random.Next(Modes.Length);
            (float[] logits, Provenance provenance) = Run(engines, Modes[mode]);
            Assert.Equal(alone[mode], logits);
            Assert.Equal((Modes[mode], mode is 1 or 2 ? mode : null), (provenance.Mode, provenance.StudentsUsed));
        }
    }

    [Fact]
    public void A_change_of_mode_allocates_no_more_than_its_runs_do()
    {
        using EngineSelector engines = new(_bundle, Modes, new EngineOptions());
        CollectedRows logits = new(new float[_batch.Rows * 2]);
        foreach (Mode mode in Modes) engines.Run(_batch.Tensors, mode, logits);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int time = 0; time < 100; time++) engines.Run(_batch.Tensors, Modes[time * 3 % Modes.Length], logits);
        // Of a mode with two students, both and a head; and a few bytes for the first wait for a helper that is a real one.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (100 * 3 * Models.BytesARun) + 200);
    }

    [Fact]
    public async Task Callers_in_different_modes_share_what_is_loaded()
    {
        float[][] alone = [.. Modes.Select(Alone)];
        using EngineSelector engines = new(_bundle, Modes, new EngineOptions());
        await Task.WhenAll(Enumerable.Range(0, 6).Select(caller => Task.Run(() =>
        {
            for (int time = 0; time < 100; time++)
            {
                int mode = (caller + time) % Modes.Length;
                Assert.Equal(alone[mode], Run(engines, Modes[mode]).Logits);
            }
        })));
    }

    [Fact]
    public void A_mode_that_was_not_loaded_is_refused_with_those_that_are()
    {
        using EngineSelector engines = new(_bundle, [Modes[1], Modes[3]], new EngineOptions());
        Assert.Contains("students:2 (int8) is not loaded; students:1 (int8), swift (int8) are.",
            Assert.Throws<ArgumentException>(() => Run(engines, Modes[2])).Message, StringComparison.Ordinal);
        Assert.Contains("teacher (int8) is not loaded", Assert.Throws<ArgumentException>(() => Run(engines, Modes[0])).Message,
            StringComparison.Ordinal);
        Assert.Contains("swift (fp32) is not loaded",
            Assert.Throws<ArgumentException>(() => Run(engines, Mode.Swift(Precision.Fp32))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fewer_students_of_a_loaded_group_may_run_too_and_each_engine_says_what_it_took()
    {
        List<Mode> told = [];
        using EngineSelector engines = new(_bundle, [Modes[2], Modes[3]], new EngineOptions(), loaded: (mode, _) => told.Add(mode));
        Assert.Equal([Modes[1], Modes[2], Modes[3]], engines.Modes);
        Assert.Equal([Modes[2], Modes[3]], told);
        Assert.Equal(Alone(Modes[1]), Run(engines, Modes[1]).Logits);
    }

    /// <summary>One session of the teacher, one of swift, and of two students and two heads one each.</summary>
    [Fact]
    public void Each_session_of_all_engines_gets_an_equal_share_of_the_GPUs_memory()
    {
        List<long> shares = [];
        EngineOptions options = new() { Provider = Sluice.Inference.Onnx.ExecutionProvider.Cuda, GpuMemoryBytes = 6_000_000_000 };
        using EngineSelector engines = new(_bundle, Modes, options, (mode, each) =>
        {
            shares.Add(each.ToSession().GpuMemoryBytes);
            return new ConstantEngine(_bundle.Identity, [mode]);
        });
        Assert.Equal([1_000_000_000, 1_000_000_000, 1_000_000_000], shares);
    }

    [Theory]
    [InlineData("teacher", "Cpu", "Precision Fp16 runs on a GPU only, and the model is to run on the CPU; take Int8 or Fp32.")]
    [InlineData("students:2", "Cuda", "cannot label in mode students:2: it has no graph of student.1 in fp16")]
    [InlineData("swift", "Cuda", "cannot label in mode swift: it has no graph of swift in fp16")]
    [InlineData("teacher", "Cuda", "cannot label in mode teacher: it has no graph of teacher in fp16")]
    public void A_precision_that_the_machine_or_the_bundle_lacks_is_refused_with_what_is_lacking(string mode, string provider, string why)
    {
        EngineOptions options = new() { Provider = Enum.Parse<Sluice.Inference.Onnx.ExecutionProvider>(provider) };
        using var copy = new BundleCopy();
        ModelBundle bundle = ModelBundle.Load(copy.Without(Precision.Fp16).Folder);
        Assert.Contains(why, Assert.ThrowsAny<Exception>(() => new EngineSelector(bundle, [Mode.TryParse(mode, Precision.Fp16)!], options))
            .Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Int8_on_a_gpu_is_refused_before_anything_is_loaded() => Assert.Equal(
        "Precision Int8 runs on the CPU only, and the model is to run on a GPU; take Fp16 or Fp32.",
        Assert.Throws<Sluice.Inference.Onnx.ProviderException>(() => new EngineSelector(_bundle, [Modes[2]],
            new EngineOptions { Provider = Sluice.Inference.Onnx.ExecutionProvider.Cuda })).Message);

    [Fact]
    public void Of_modes_that_a_bundle_cannot_all_serve_none_is() =>
        Assert.Contains("it has 2 students, not 3",
            Assert.Throws<BundleException>(() =>
                new EngineSelector(_bundle, [.. Modes, Mode.Students(3, Precision.Int8)], new EngineOptions())).Message,
                    StringComparison.Ordinal);

    private float[] Alone(Mode mode)
    {
        using IEngine engine = EngineFactory.Create(_bundle, mode, new EngineOptions());
        var logits = new float[_batch.Rows * 2];
        engine.Run(_batch.Tensors, logits);
        return logits;
    }

    private (float[] Logits, Provenance Provenance) Run(EngineSelector engines, Mode mode)
    {
        var logits = new float[_batch.Rows * 2];
        Provenance provenance = engines.Run(_batch.Tensors, mode, logits).Provenance;
        return (logits, provenance);
    }

    private static PackedBatch<int> Batch()
    {
        PackedBatch<int> batch = new(2, 16);
        batch.TryAdd(0, [2, 7, 8, 3]);
        batch.TryAdd(1, [2, 9, 3]);
        batch.Seal();
        return batch;
    }
}

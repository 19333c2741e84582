using Microsoft.ML.OnnxRuntime;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;

namespace FunctionalTests.Inference;

public sealed class GraphEngineTests
{
    [Theory]
    [InlineData(Precision.Int8)]
    [InlineData(Precision.Fp32)]
    internal void A_run_allocates_at_most_1_2_kB(Precision precision)
    {
        using GraphEngine engine = Create(precision);
        using PackedBatch<int> batch = Batch([2, 7, 8, 3], [2, 9, 3]);
        var logits = new float[4];
        engine.Run(batch.Tensors, logits);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 100; round++)
            engine.Run(batch.Tensors, logits);

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 0, Models.BytesARun);
    }

    [Fact]
    public void An_engine_says_whose_labels_it_gives_and_how()
    {
        using GraphEngine engine = Create(Precision.Int8);
        Assert.Equal(("tiny", "1.0.0", 32), (engine.Model.Id, engine.Model.Version, engine.Model.MaxTokens));
        Assert.Equal(["no", "yes"], engine.Model.Labels);
        Assert.Same(Mode.Teacher(Precision.Int8), Assert.Single(engine.Modes));
    }

    [Fact]
    public void Threads_that_share_an_engine_get_their_own_answers()
    {
        using GraphEngine engine = Create(Precision.Int8);
        float[][] alone = [.. Enumerable.Range(0, 8).Select(thread => Run(engine, thread))];
        Parallel.For(0, 8, thread =>
        {
            for (int round = 0; round < 50; round++)
                Assert.Equal(alone[thread], Run(engine, thread));
        });

        static float[] Run(GraphEngine engine, int thread)
        {
            using PackedBatch<int> batch = Batch([2, .. Enumerable.Range(5, thread + 1), 3], [2, 3]);
            var logits = new float[4];
            engine.Run(batch.Tensors, logits);
            return logits;
        }
    }

    [Fact]
    public void A_graph_that_was_replaced_after_the_check_is_refused()
    {
        using var copy = new BundleCopy();
        ModelBundle bundle = ModelBundle.Load(copy.Folder);
        File.Copy(copy.PathOf("teacher.fp32.onnx"), copy.PathOf("teacher.int8.onnx"), overwrite: true);
        var error = Assert.Throws<BundleException>(() =>
            GraphEngine.Create(bundle, Mode.Teacher(Precision.Int8), new EngineOptions()).Dispose());
        Assert.Contains("teacher.int8.onnx was replaced", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Logits_of_another_size_are_refused()
    {
        using GraphEngine engine = Create(Precision.Int8);
        using PackedBatch<int> batch = Batch([2, 3], [2, 3]);
        Assert.Contains("needs 4 places, not 3", Assert.Throws<ArgumentException>(() => engine.Run(batch.Tensors, new float[3])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_document_beyond_the_encoders_positions_is_refused_by_length()
    {
        using GraphEngine engine = Create(Precision.Int8);
        using PackedBatch<int> batch = Batch([.. Enumerable.Repeat(5, 65)]);
        Assert.Contains("65 tokens", Assert.Throws<ArgumentException>(() => engine.Run(batch.Tensors, new float[2])).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(-100_000)]
    public void A_token_id_outside_the_vocabulary_is_an_error_not_a_crash(int id)
    {
        using GraphEngine engine = Create(Precision.Int8);
        using PackedBatch<int> batch = Batch([2, id, 3]);
        Assert.Throws<OnnxRuntimeException>(() => engine.Run(batch.Tensors, new float[2]));
    }

    [Fact]
    public void The_optimizer_leaves_Add_and_LayerNormalization_apart()
    {
        ModelBundle bundle = ModelBundle.Load(Models.Tiny);
        string prefix = Path.Combine(Path.GetTempPath(), $"sluice-profile-{Guid.NewGuid():N}");
        SessionSettings settings = new EngineOptions().ToSession() with { ProfilePrefix = prefix };
        using var session = new Session(bundle.Graph(GraphRole.Teacher, Precision.Fp32), settings, GraphContract.Inputs,
            GraphContract.Outputs(2));
        RunOnce(session);
        string file = session.EndProfiling();
        try
        {
            string trace = File.ReadAllText(file);
            Assert.Contains("\"LayerNormalization\"", trace, StringComparison.Ordinal);
            Assert.DoesNotContain("SkipLayerNormalization", trace, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static unsafe void RunOnce(Session session)
    {
        using PackedBatch<int> batch = Batch([2, 7, 3]);
        PackedTensors tensors = batch.Tensors;
        var logits = new float[2];
        fixed (int* ids = tensors.Ids, positions = tensors.Positions, gather = tensors.Gather, scatter = tensors.Scatter,
            lengths = tensors.Lengths, cls = tensors.Cls)
        fixed (float* output = logits)
            session.Run([Tensor.Of(ids, 3), Tensor.Of(positions, 3), Tensor.Of(gather, 1, 3), Tensor.Of(scatter, 3),
                Tensor.Of(lengths, 1), Tensor.Of(cls, 1)], [Tensor.Of(output, 1, 2)]);
    }

    private static GraphEngine Create(Precision precision) =>
        GraphEngine.Create(ModelBundle.Load(Models.Tiny), Mode.Teacher(precision), new EngineOptions());

    private static PackedBatch<int> Batch(params int[][] documents)
    {
        var batch = new PackedBatch<int>(documents.Length, documents.Sum(ids => ids.Length));
        for (int row = 0; row < documents.Length; row++)
            batch.TryAdd(row, documents[row]);
        batch.Seal();
        return batch;
    }
}

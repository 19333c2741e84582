using System.Collections.Concurrent;
using System.Text.Json;
using FunctionalTests.Inference;
using Microsoft.ML.OnnxRuntime;
using Sluice.Inference.Models;
using Sluice.Inference.Onnx;

namespace FunctionalTests.Onnx;

public sealed class SessionTests
{
    private static readonly TensorSpec[] Terms = [new("a", TensorType.Float, [-1]), new("b", TensorType.Float, [-1])];
    private static readonly TensorSpec[] Sum = [new("sum", TensorType.Float, [-1])];
    private static readonly TensorSpec[] ProductInputs = [new("x", TensorType.Int32, [-1, 384])],
        ProductOutputs = [new("y", TensorType.Float, [-1, 2])];

    [Fact]
    public void A_one_operator_model_adds_in_place_of_the_callers_memory()
    {
        using Session session = OpenAdd();
        Assert.Equal([11f, 22f, 33f], Add(session, [1, 2, 3], [10, 20, 30]));
    }

    [Fact]
    public void Metadata_of_the_graph_is_read()
    {
        using Session session = OpenAdd();
        Assert.Equal("add", session.Metadata["id"]);
    }

    [Fact]
    public void A_run_leaves_no_native_value_behind()
    {
        using Session session = OpenAdd();
        float[] a = [1, 2], b = [3, 4], sum = new float[2];
        for (int round = 0; round < 20_000; round++)
            Run(session, a, b, sum);
        long before = Environment.WorkingSet;

        for (int round = 0; round < 200_000; round++)
            Run(session, a, b, sum);

        // A leaked value is some 200 bytes, three a run: 120 MB.
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 60L << 20);
    }

    [Fact]
    public void Many_threads_run_one_session()
    {
        using Session session = OpenAdd();
        Parallel.For(0, 8, thread =>
        {
            for (int round = 0; round < 300; round++)
                Assert.Equal([thread + 1f, round + 2f], Add(session, [thread, round], [1, 2]));
        });
    }

    [Fact]
    public void A_refused_run_throws_the_words_and_the_session_goes_on()
    {
        using Session session = OpenAdd();

        var error = Assert.Throws<OnnxRuntimeException>(() => Add(session, [1, 2, 3], [1, 2]));

        Assert.Contains("Add", error.Message, StringComparison.Ordinal);
        Assert.Equal([2f], Add(session, [1], [1]));
    }

    [Fact]
    public void Native_errors_reach_the_log_sink()
    {
        var lines = new ConcurrentQueue<(OrtLoggingLevel Level, string Message)>();
        OnnxEnvironment.LogSink = (level, message) => lines.Enqueue((level, message));
        using Session session = OpenAdd();
        Assert.Throws<OnnxRuntimeException>(() => Add(session, [1, 2, 3], [1, 2]));
        OnnxEnvironment.LogSink = null;
        Assert.Contains(lines,
            line => line.Level >= OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING && line.Message.Contains("Add", StringComparison.Ordinal));
    }

    [Fact]
    public unsafe void A_tensor_of_another_type_is_refused_before_the_native_call()
    {
        using Session session = OpenAdd();
        var error = Assert.Throws<ArgumentException>(() =>
        {
            int a = 1;
            float b = 1, sum = 0;
            session.Run([Tensor.Of(&a, 1), Tensor.Of(&b, 1)], [Tensor.Of(&sum, 1)]);
        });
        Assert.Contains("a: Float[?] cannot be Int32", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Inputs_of_another_name_type_or_rank_are_refused_at_load()
    {
        var error = Assert.Throws<InvalidDataException>(
            () => new Session(Models.Add, new SessionSettings(), [Terms[0], new("c", TensorType.Int32, [-1, -1])], Sum).Dispose());
        Assert.Contains("a: Float[?]; b: Float[?]", error.Message, StringComparison.Ordinal);
        Assert.Contains("c: Int32[?,?]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_graph_is_an_error_that_names_the_file()
    {
        var error = Assert.Throws<OnnxRuntimeException>(
            () => new Session("/nowhere/model.onnx", new SessionSettings(), Terms, Sum).Dispose());
        Assert.Contains("/nowhere/model.onnx", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_terminated_run_fails_and_a_resumed_one_does_not()
    {
        using Session session = OpenAdd();
        using var options = new RunOptions();
        options.Terminate = true;
        Assert.Throws<OnnxRuntimeException>(() => Add(session, [1], [1], options));
        options.Terminate = false;
        Assert.Equal([2f], Add(session, [1], [1], options));
    }

    [Fact]
    public void A_disposed_session_refuses_to_run()
    {
        Session session = OpenAdd();
        session.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Add(session, [1], [1]));
    }

    [Fact]
    public void The_process_has_one_shared_arena_and_says_so()
    {
        var options = new SessionSettings { SharedArenaBytes = 0 };
        using Session first = OpenAdd(options), second = OpenAdd(options);
        Assert.Equal([2f], Add(first, [1], [1]));
        Assert.Equal([2f], Add(second, [1], [1]));
        Assert.Throws<InvalidOperationException>(() => OpenAdd(options with { SharedArenaBytes = 1 << 20 }).Dispose());
    }

    [Fact]
    public void A_profile_names_the_operators_that_ran()
    {
        string prefix = Path.Combine(Path.GetTempPath(), $"sluice-profile-{Guid.NewGuid():N}");
        using Session session = OpenAdd(new SessionSettings { ProfilePrefix = prefix });
        Add(session, [1], [1]);
        string file = session.EndProfiling();
        try
        {
            Assert.StartsWith(prefix, file, StringComparison.Ordinal);
            using JsonDocument trace = JsonDocument.Parse(File.ReadAllText(file));
            Assert.Contains(trace.RootElement.EnumerateArray(),
                e => e.TryGetProperty("args", out JsonElement args)
                && args.TryGetProperty("op_name", out JsonElement name) && name.GetString() == "Add");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_run_that_goes_on_finishes_though_the_session_is_disposed_meanwhile()
    {
        Session session = OpenAdd();
        using Barrier began = new(2);
        float[] a = [.. Enumerable.Repeat(1f, 1 << 20)], sum = new float[a.Length];
        Task<int> running = Task.Factory.StartNew(
            () =>
            {
                began.SignalAndWait();
                int runs = 0;
                try
                {
                    for (; ; runs++) Run(session, a, a, sum);
                }
                catch (ObjectDisposedException)
                {
                    return runs;
                }
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        began.SignalAndWait(TestContext.Current.CancellationToken);
        session.Dispose();
        if (await running > 0) Assert.All(sum, x => Assert.Equal(2f, x));
    }

    [Fact]
    public void The_shared_arena_tells_what_it_took_and_has_it_all_before_the_others_run()
    {
        using Session session = new(Models.WorstCase, new SessionSettings { SharedArenaBytes = 0 }, ProductInputs, ProductOutputs);
        int ran = 0;
        OnnxEnvironment.RunBeside(others: 2, () =>
        {
            Multiply(session);
            ran++;
        });
        Assert.InRange(ran, 1, 2); // twice only where no start of this process has filled the arena before
        Assert.InRange(OnnxEnvironment.ArenaBytes, 1, long.MaxValue);
    }

    /// <summary>This build's own flavour, on this machine: with all there it runs, else what is missing is named.</summary>
    [Fact]
    public void Cuda_runs_or_says_what_is_missing()
    {
        if (Cuda.Fault(CudaFindings.OfThisMachine(), deviceId: 0) is { } fault)
        {
            var error = Assert.Throws<ProviderException>(
                () => OpenAdd(new SessionSettings { Provider = ExecutionProvider.Cuda }).Dispose());
            Assert.Equal(fault, error.Message);
            return;
        }

        using Session session = OpenAdd(new SessionSettings { Provider = ExecutionProvider.Cuda });
        Assert.Equal([3f], Add(session, [1], [2]));
    }

    /// <summary>255 x 64 in every place: what saturates first where two products are added in 16 bits.</summary>
    [Fact]
    public void The_largest_8_bit_product_is_exact_on_this_cpu()
    {
        using Session session = new(Models.WorstCase, new SessionSettings(), ProductInputs, ProductOutputs);
        Assert.Equal([.. Enumerable.Repeat(new[] { 384f * 255 * 64, -384f * 255 * 64 }, 5).SelectMany(row => row)], Multiply(session));
    }

    private static unsafe float[] Multiply(Session session)
    {
        int[] x = [.. Enumerable.Repeat(255, 5 * 384)];
        float[] y = new float[5 * 2];
        fixed (int* input = x)
        fixed (float* output = y)
            session.Run([Tensor.Of(input, 5, 384)], [Tensor.Of(output, 5, 2)]);
        return y;
    }

    private static Session OpenAdd(SessionSettings? options = null) => new(Models.Add, options ?? new SessionSettings(), Terms, Sum);

    private static float[] Add(Session session, float[] a, float[] b, RunOptions? options = null)
    {
        var sum = new float[a.Length];
        Run(session, a, b, sum, options);
        return sum;
    }

    private static unsafe void Run(Session session, float[] a, float[] b, float[] sum, RunOptions? options = null)
    {
        fixed (float* left = a, right = b, total = sum)
            session.Run([Tensor.Of(left, a.Length), Tensor.Of(right, b.Length)], [Tensor.Of(total, sum.Length)], options);
    }
}

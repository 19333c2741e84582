using System.Collections.Concurrent;
using System.Text.Json;
using Sluice.Worker.Onnx;
using Worker.FunctionalTests.Inference;

namespace Worker.FunctionalTests.Onnx;

public sealed unsafe class OrtSessionTests
{
    private static readonly TensorSpec[] Terms = [new("a", TensorType.Float, [-1]), new("b", TensorType.Float, [-1])];
    private static readonly TensorSpec[] Sum = [new("sum", TensorType.Float, [-1])];

    [Fact]
    public void A_one_operator_model_adds_in_place_of_the_callers_memory()
    {
        using OrtSession session = OpenAdd();
        Assert.Equal([11f, 22f, 33f], Add(session, [1, 2, 3], [10, 20, 30]));
    }

    [Fact]
    public void Metadata_of_the_graph_is_read()
    {
        using OrtSession session = OpenAdd();
        Assert.Equal("add", session.Metadata["id"]);
    }

    [Fact]
    public void A_run_allocates_nothing()
    {
        using OrtSession session = OpenAdd();
        float[] a = [1, 2], b = [3, 4], sum = new float[2];
        Run(session, a, b, sum);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 1000; round++)
            Run(session, a, b, sum);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_run_leaves_no_native_value_behind()
    {
        using OrtSession session = OpenAdd();
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
        using OrtSession session = OpenAdd();
        Parallel.For(0, 8, thread =>
        {
            for (int round = 0; round < 300; round++)
                Assert.Equal([thread + 1f, round + 2f], Add(session, [thread, round], [1, 2]));
        });
    }

    [Fact]
    public void A_refused_run_throws_the_code_and_the_words_and_the_session_goes_on()
    {
        using OrtSession session = OpenAdd();

        var error = Assert.Throws<OrtException>(() => Add(session, [1, 2, 3], [1, 2]));

        Assert.NotEqual(OrtErrorCode.Ok, error.Code);
        Assert.Contains("Add", error.Message, StringComparison.Ordinal);
        Assert.Equal([2f], Add(session, [1], [1]));
    }

    [Fact]
    public void Native_errors_reach_the_log_sink()
    {
        var lines = new ConcurrentQueue<(OrtLogLevel Level, string Message)>();
        OrtEnvironment.LogSink = (level, message) => lines.Enqueue((level, message));
        using OrtSession session = OpenAdd();
        Assert.Throws<OrtException>(() => Add(session, [1, 2, 3], [1, 2]));
        OrtEnvironment.LogSink = null;
        Assert.Contains(lines, line => line.Level >= OrtLogLevel.Warning && line.Message.Contains("Add", StringComparison.Ordinal));
    }

    [Fact]
    public void A_tensor_of_another_type_is_refused_before_the_native_call()
    {
        using OrtSession session = OpenAdd();
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
        var error = Assert.Throws<InvalidDataException>(() => new OrtSession(Models.Add, new SessionOptions(), [Terms[0], new("c", TensorType.Int32, [-1, -1])], Sum).Dispose());
        Assert.Contains("a: Float[?]; b: Float[?]", error.Message, StringComparison.Ordinal);
        Assert.Contains("c: Int32[?,?]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_graph_is_an_error_that_names_the_file()
    {
        var error = Assert.Throws<OrtException>(() => new OrtSession("/nowhere/model.onnx", new SessionOptions(), Terms, Sum).Dispose());
        Assert.Contains("/nowhere/model.onnx", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_terminated_run_fails_and_a_resumed_one_does_not()
    {
        using OrtSession session = OpenAdd();
        using var options = new OrtRunOptions();
        options.Terminate();
        Assert.Throws<OrtException>(() => Add(session, [1], [1], options));
        options.Resume();
        Assert.Equal([2f], Add(session, [1], [1], options));
    }

    [Fact]
    public void A_disposed_session_refuses_to_run()
    {
        OrtSession session = OpenAdd();
        session.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Add(session, [1], [1]));
    }

    [Fact]
    public void The_process_has_one_shared_arena_and_says_so()
    {
        var options = new SessionOptions { SharedArena = new ArenaOptions() };
        using OrtSession first = OpenAdd(options), second = OpenAdd(options);
        Assert.Equal([2f], Add(first, [1], [1]));
        Assert.Equal([2f], Add(second, [1], [1]));
        Assert.Throws<InvalidOperationException>(() => OpenAdd(options with { SharedArena = new ArenaOptions(MaxBytes: 1 << 20) }).Dispose());
    }

    [Fact]
    public void A_profile_names_the_operators_that_ran()
    {
        string prefix = Path.Combine(Path.GetTempPath(), $"sluice-profile-{Guid.NewGuid():N}");
        using OrtSession session = OpenAdd(new SessionOptions { ProfilePrefix = prefix });
        Add(session, [1], [1]);
        string file = session.EndProfiling();
        try
        {
            Assert.StartsWith(prefix, file, StringComparison.Ordinal);
            using JsonDocument trace = JsonDocument.Parse(File.ReadAllText(file));
            Assert.Contains(trace.RootElement.EnumerateArray(), e => e.TryGetProperty("args", out JsonElement args) && args.TryGetProperty("op_name", out JsonElement name) && name.GetString() == "Add");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Cuda_without_its_provider_is_an_error_that_says_what_to_install()
    {
        string provider = Path.Combine(Path.GetDirectoryName(OrtEnvironment.Current.Api.LibraryPath)!, "libonnxruntime_providers_cuda.so");
        Assert.SkipWhen(File.Exists(provider), $"{provider} is there.");
        var error = Assert.Throws<OrtLibraryException>(() => OpenAdd(new SessionOptions { Provider = ExecutionProvider.Cuda }).Dispose());
        Assert.Contains("libonnxruntime_providers_cuda.so", error.Message, StringComparison.Ordinal);
        Assert.Contains("Microsoft.ML.OnnxRuntime.Gpu.Linux", error.Message, StringComparison.Ordinal);
    }

    /// <summary>255 x 64 in every place: what saturates first where two products are added in 16 bits (specs/inference-graph.md, section 5b).</summary>
    [Fact]
    public void The_largest_8_bit_product_is_exact_on_this_cpu()
    {
        using var session = new OrtSession(Models.WorstCase, new SessionOptions(), [new("x", TensorType.Int32, [-1, 384])], [new("y", TensorType.Float, [-1, 2])]);
        int[] x = [.. Enumerable.Repeat(255, 5 * 384)];
        float[] y = new float[5 * 2];
        fixed (int* input = x)
        fixed (float* output = y)
            session.Run([Tensor.Of(input, 5, 384)], [Tensor.Of(output, 5, 2)]);
        Assert.Equal([.. Enumerable.Repeat(new[] { 384f * 255 * 64, -384f * 255 * 64 }, 5).SelectMany(row => row)], y);
    }

    private static OrtSession OpenAdd(SessionOptions? options = null) => new(Models.Add, options ?? new SessionOptions(), Terms, Sum);

    private static float[] Add(OrtSession session, float[] a, float[] b, OrtRunOptions? options = null)
    {
        var sum = new float[a.Length];
        Run(session, a, b, sum, options);
        return sum;
    }

    private static void Run(OrtSession session, float[] a, float[] b, float[] sum, OrtRunOptions? options = null)
    {
        fixed (float* left = a, right = b, total = sum)
            session.Run([Tensor.Of(left, a.Length), Tensor.Of(right, b.Length)], [Tensor.Of(total, sum.Length)], options);
    }
}

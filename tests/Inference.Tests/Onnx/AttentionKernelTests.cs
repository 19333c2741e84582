using FsCheck;
using FsCheck.Fluent;
using Sluice.Inference.Onnx;

namespace Inference.Tests.Onnx;

/// <summary>The kernel against attention as it is written down (Vaswani et al. 2017, arXiv 1706.03762):
/// softmax(q k' / sqrt(d)) v, in double.</summary>
[Collection(nameof(AttentionKernel))] // the level is one for all threads
public sealed unsafe class AttentionKernelTests : IDisposable
{
    public void Dispose() => NativeAttention.LimitLevel(int.MaxValue);

    [Fact]
    public void A_file_that_is_not_the_kernel_is_told_by_its_bytes_and_never_loaded()
    {
        string folder = Directory.CreateTempSubdirectory("sluice-kernel-").FullName, file = Path.Combine(folder, "kernel.so");
        byte[] kernel = File.ReadAllBytes(AttentionKernel.Path);
        Assert.Equal($"{file} is missing", AttentionKernel.DamageOf(file));
        string foreign = Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "libSystem.Native.so");
        foreach (byte[] bytes in new[] { [], "x\n"u8.ToArray(), kernel[..^1000], [.. kernel, 0], File.ReadAllBytes(foreign) })
        {
            File.WriteAllBytes(file, bytes);
            Assert.Equal($"{file} is not the file that this program was built with", AttentionKernel.DamageOf(file));
        }

        File.WriteAllBytes(file, kernel);
        Assert.Null(AttentionKernel.DamageOf(file));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void The_kernel_is_found_beside_the_program_else_where_a_package_s_natives_are()
    {
        string program = Directory.CreateTempSubdirectory("sluice-kernel-").FullName;
        string beside = Path.Combine(program, "libsluice_kernels.so"), unpacked = Path.Combine(program, "unpacked", "libsluice_kernels.so");
        string packaged = Path.Combine(program, "runtimes", "linux-x64", "native", "libsluice_kernels.so");
        string Found() => AttentionKernel.Find(program, ["", Path.Combine(program, "none"), Path.Combine(program, "unpacked")]);

        Assert.Equal(beside, Found());
        foreach (string place in new[] { unpacked, packaged, beside })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            File.WriteAllBytes(place, []);
            Assert.Equal(place, Found());
        }

        Directory.Delete(program, recursive: true);
    }

    [Fact]
    public void The_kernel_lies_beside_the_program_and_this_CPU_can_run_it() => Assert.InRange(AttentionKernel.Level, 1, 2);

    [Fact]
    public void It_is_off_by_one_and_a_half_percent_of_the_values_at_most() => ForAll(document =>
    {
        float[] found = document.Run();
        double error = Math.Sqrt(document.Exact().Zip(found).Average(pair =>
            Math.Pow(pair.First - pair.Second, 2))) / document.SizeOfValues;
        Assert.True(error < 0.015, $"{document}: off by {error:P2}");
    });

    [Fact]
    public void Both_instruction_sets_give_the_same_bits() => ForAll(document =>
    {
        Assert.Equal(1, NativeAttention.LimitLevel(1));
        float[] plain = document.Run();
        NativeAttention.LimitLevel(2);
        Assert.Equal(plain, document.Run());
    });

    [Theory]
    [InlineData(0f)]
    [InlineData(1e-30f)]
    [InlineData(1e18f)]
    [InlineData(-3e18f)]
    public void Rows_of_one_value_come_out_as_they_went_in(float value)
    {
        Case document = new(length: 37, size: 32, queries: 37, (_, _) => value);
        Assert.All(document.Run(), x => Assert.Equal(value, x, MathF.Abs(value) * 1e-5f));
    }

    [Fact]
    public void A_document_that_follows_a_longer_one_is_not_touched_by_its_scratch()
    {
        Case small = new(length: 5, size: 64, queries: 5, Case.Noise(1));
        float[] alone = small.Run();
        new Case(length: 600, size: 64, queries: 600, Case.Noise(2)).Run();
        Assert.Equal(alone, small.Run());
    }

    [Fact]
    public void One_query_alone_gets_what_it_gets_among_others()
    {
        Case all = new(length: 70, size: 32, queries: 70, Case.Noise(3)), first = new(length: 70, size: 32, queries: 1, Case.Noise(3));
        Assert.Equal(all.Run()[..32], first.Run());
    }

    [Fact]
    public void Nothing_is_written_beyond_the_context() =>
        Assert.All(new Case(length: 19, size: 48, queries: 19, Case.Noise(4)).RunWithin(guard: 64), x => Assert.Equal(-7f, x));

    private static void ForAll(Action<Case> holds) =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => holds(Case.Random(seed))).QuickCheckThrowOnFailure();

    /// <summary>
    /// A document of one head: tokens x size floats of queries, keys and values, one after another in a row, as a packed graph holds them.
    /// </summary>
    private sealed class Case(int length, int size, int queries, Func<int, int, float> value)
    {
        private readonly float[] _rows = [.. Enumerable.Range(0, length).SelectMany(token =>
            Enumerable.Range(0, 3 * size).Select(column => value(token, column)))];

        public static Case Random(int seed)
        {
            Random random = new(seed);
            int length = random.Next(4) == 0 ? random.Next(1, 600) : random.Next(1, 70);
            int[] sizes = [16, 32, 48, 64, 80, 128];
            return new Case(length, sizes[random.Next(sizes.Length)], random.Next(3) == 0 ? 1 : length, Noise(seed));
        }

        /// <summary>Normal values.</summary>
        public static Func<int, int, float> Noise(int seed)
        {
            Random random = new(seed);
            return (_, _) => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        public float[] Run() => RunWithin(guard: 0, keepContext: true);

        /// <summary>Root of the mean square.</summary>
        public double SizeOfValues =>
            Math.Sqrt(Enumerable.Range(0, length).SelectMany(token =>
                Enumerable.Range(0, size).Select(d => Math.Pow(At(token, 2, d), 2))).Average());

        public override string ToString() => $"{length} tokens, {queries} asking, a head of {size}";

        public float[] RunWithin(int guard, bool keepContext = false)
        {
            float[] context = [.. Enumerable.Repeat(-7f, (queries * size) + (2 * guard))];
            fixed (float* rows = _rows, output = context)
            {
                NativeAttention.Attend(new NativeAttention.Head
                {
                    Queries = rows,
                    Keys = rows + size,
                    Values = rows + (2 * size),
                    Context = output + guard,
                    QueryStride = 3 * size,
                    Stride = 3 * size,
                    ContextStride = size,
                    QueryCount = queries,
                    Length = length,
                    Size = size,
                    Scale = 1 / MathF.Sqrt(size),
                });
            }

            return keepContext ? context : [.. context[..guard], .. context[^guard..]];
        }

        public IEnumerable<double> Exact()
        {
            for (int i = 0; i < queries; i++)
            {
                double[] scores = [.. Enumerable.Range(0, length).Select(j =>
                    Enumerable.Range(0, size).Sum(d => (double)At(i, 0, d) * At(j, 1, d)) / Math.Sqrt(size))];
                double most = scores.Max();
                double[] weights = [.. scores.Select(score => Math.Exp(score - most))];
                double total = weights.Sum();
                for (int d = 0; d < size; d++) yield return Enumerable.Range(0, length).Sum(j => weights[j] / total * At(j, 2, d));
            }
        }

        private float At(int token, int part, int column) => _rows[(token * 3 * size) + (part * size) + column];
    }
}

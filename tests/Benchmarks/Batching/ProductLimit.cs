using System.Diagnostics;
using Sluice.Inference.Models;
using Sluice.Inference.Onnx;

namespace Benchmarks.Batching;

/// <summary>
/// How fast this machine multiplies u8 by s8 in ONNX Runtime, all cores: no int8 model of these products can be faster than that.
/// </summary>
internal static unsafe class ProductLimit
{
    private const int Rows = 512, Inner = 384, Columns = 1536, Products = 4;

    /// <summary>Operations a second, a multiplication and an addition counting two.</summary>
    public static double Measure(int threads, double seconds)
    {
        string path = Path.Combine(BenchmarkData.RepositoryRoot(), "tests", "FunctionalTests", "TinyModels", "products.onnx");
        TensorSpec[] outputs = [.. Enumerable.Range(0, Products).Select(k => new TensorSpec($"y{k}", TensorType.Float, [-1, Columns]))];
        using Session session = new(path, new SessionSettings(), [new TensorSpec("x", TensorType.Int32, [-1, Inner])], outputs);
        long runs = 0;
        double took = BatchThreads.Run(threads, _ =>
        {
            int[] x = new int[Rows * Inner];
            Array.Fill(x, 130);
            float[][] y = [.. outputs.Select(_ => new float[Rows * Columns])];
            fixed (int* input = x)
            fixed (float* y0 = y[0], y1 = y[1], y2 = y[2], y3 = y[3])
            {
                long began = Stopwatch.GetTimestamp();
                while (Stopwatch.GetElapsedTime(began).TotalSeconds < seconds)
                {
                    session.Run(
                        [Tensor.Of(input, Rows, Inner)],
                        [
                            Tensor.Of(y0, Rows, Columns),
                            Tensor.Of(y1, Rows, Columns),
                            Tensor.Of(y2, Rows, Columns),
                            Tensor.Of(y3, Rows, Columns),
                        ]);
                    Interlocked.Increment(ref runs);
                }
            }
        });
        return runs * Products * 2.0 * Rows * Inner * Columns / took;
    }

    /// <summary>Operations in the products of an encoder whose last layer is for [CLS] only.</summary>
    public static double Operations(Manifest.EncoderSection encoder, int tokens)
    {
        double h = encoder.Hidden, inner = encoder.Intermediate;
        double layer = (4 * h * h) + (2 * h * inner), last = (2 * h * h * tokens) + (2 * h * h) + (2 * h * inner);
        return 2 * (((encoder.Layers - 1) * layer * tokens) + last);
    }
}

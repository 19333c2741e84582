using Sluice.Inference.Models;

namespace Benchmarks.Batching;

/// <summary>
/// A padded baseline with all cores: the faster of one caller whose runs use every core, and a single-threaded caller for each core.
/// </summary>
internal sealed class Today : IDisposable
{
    private readonly PaddedModel _model;
    private readonly int _callers;

    private Today(PaddedModel model, int callers) => (_model, _callers) = (model, callers);

    /// <summary>The callers, and the threads of each.</summary>
    public string Way => _callers == 1 ? $"1 caller of {Environment.ProcessorCount} threads" : $"{_callers} callers of 1 thread";

    /// <summary>Tries both ways on a few documents, one by one, and keeps the better.</summary>
    public static Today Faster(ModelBundle bundle, string graph, int[][] documents, Action<string> note)
    {
        (Today better, Today worse) = Both(bundle, graph, documents, note);
        worse.Dispose();
        return better;
    }

    /// <summary>Tries both ways on a few documents, one by one.</summary>
    public static (Today Better, Today Worse) Both(ModelBundle bundle, string graph, int[][] documents, Action<string> note)
    {
        string path = Path.Combine(bundle.Directory, $"baseline-teacher-{graph}.onnx");
        int cores = Environment.ProcessorCount, labels = bundle.Identity.Labels.Count;
        Today wide = new(new PaddedModel(path, labels, cores), 1), narrow = new(new PaddedModel(path, labels, 1), cores);
        double[] speed = [0, 0];
        for (int time = 0; time < 3; time++)
        {
            speed[0] = Math.Max(speed[0], wide.Clear(FixedPolicy.One(documents)));
            speed[1] = Math.Max(speed[1], narrow.Clear(FixedPolicy.One(documents)));
        }

        note($"{graph}, one by one: {speed[0]:0.0} documents/s with one caller of {cores} threads, "
            + $"{speed[1]:0.0} with {cores} callers of one; the better is used");
        return speed[0] > speed[1] ? (wide, narrow) : (narrow, wide);
    }

    /// <returns>Documents a second.</returns>
    public double Clear(int[][][] batches) => Callers.Clear(_model, batches, _callers);

    /// <summary>Serves documents that arrive at given times.</summary>
    /// <param name="documents">In order of arrival.</param>
    /// <param name="arrivals">Seconds from the start, ascending.</param>
    /// <param name="next">Which of the documents that wait, in order of arrival and at least one, a free caller takes.</param>
    /// <returns>Milliseconds from arrival to label, and of waiting, document by document.</returns>
    public (double[] LatencyMs, double[] WaitMs) Serve(int[][] documents, double[] arrivals, Func<IReadOnlyList<int>, int[]> next) =>
        OpenLoop.Serve(_model, documents, arrivals, _callers, next);

    public void Dispose() => _model.Dispose();
}

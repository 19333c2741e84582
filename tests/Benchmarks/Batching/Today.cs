using Sluice.Inference.Models;

namespace Benchmarks.Batching;

/// <summary>
/// A padded baseline with all cores: the faster of one run that uses every core, and one of one thread for each core.
/// </summary>
internal sealed class Today : IDisposable
{
    private readonly PaddedModel _model;
    private readonly int _threads;

    private Today(PaddedModel model, int threads) => (_model, _threads) = (model, threads);

    /// <summary>The runs at a time, and the threads of each.</summary>
    public string Strategy => _threads == 1
        ? $"1 run of {Environment.ProcessorCount} threads at a time"
        : $"{_threads} runs of 1 thread at a time";

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

        note($"{graph}, one by one: {speed[0]:0.0} documents/s with one run of {cores} threads at a time, "
            + $"{speed[1]:0.0} with {cores} runs of one; the better is used");
        return speed[0] > speed[1] ? (wide, narrow) : (narrow, wide);
    }

    /// <returns>Documents a second.</returns>
    public double Clear(int[][][] batches) => BatchThreads.Clear(_model, batches, _threads);

    /// <summary>Serves documents that arrive at given times.</summary>
    /// <param name="documents">In order of arrival.</param>
    /// <param name="arrivals">Seconds from the start, ascending.</param>
    /// <param name="next">Which of the documents that wait, in order of arrival and at least one, a free inference thread takes.</param>
    /// <returns>Milliseconds from arrival to label, and of waiting, document by document.</returns>
    public (double[] LatencyMs, double[] WaitMs) Serve(int[][] documents, double[] arrivals, Func<IReadOnlyList<int>, int[]> next) =>
        OpenLoop.Serve(_model, documents, arrivals, _threads, next);

    public void Dispose() => _model.Dispose();
}

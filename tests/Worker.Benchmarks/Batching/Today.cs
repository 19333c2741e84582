using Sluice.Worker.Inference;

namespace Worker.Benchmarks.Batching;

/// <summary>A padded baseline with all cores: the faster of one caller whose runs use every core, and a single-threaded caller for each core.</summary>
internal sealed class Today : IDisposable
{
    private readonly PaddedModel _model;
    private readonly int _callers;

    private Today(PaddedModel model, int callers) => (_model, _callers) = (model, callers);

    /// <summary>Tries both ways on a few documents, one by one, and keeps the better.</summary>
    public static Today Faster(ModelBundle bundle, string graph, int[][] documents, Action<string> note)
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

        note($"{graph}, one by one: {speed[0]:0.0} documents/s with one caller of {cores} threads, {speed[1]:0.0} with {cores} callers of one; the better is used");
        (Today better, Today worse) = speed[0] > speed[1] ? (wide, narrow) : (narrow, wide);
        worse.Dispose();
        return better;
    }

    /// <returns>Documents a second.</returns>
    public double Clear(int[][][] batches) => Callers.Clear(_model, batches, _callers);

    /// <returns>Milliseconds from arrival to label.</returns>
    public double[] Serve(int[][] documents, double[] arrivals) => OpenLoop.ServeOne(_model, documents, arrivals, _callers);

    public void Dispose() => _model.Dispose();
}

namespace FunctionalTests.Inference;

/// <summary>The models that tests can use: the tiny ones beside the program, and the trained bundles of the checkout.</summary>
internal static class Models
{
    /// <summary>Most managed bytes that a run of one session may allocate: what describes its tensors to ONNX Runtime.</summary>
    public const int BytesARun = 1200;

    public static string Tiny { get; } = Path.Combine(AppContext.BaseDirectory, "TinyModels", "tiny");

    public static string Add { get; } = Path.Combine(AppContext.BaseDirectory, "TinyModels", "add.onnx");

    public static string WorstCase { get; } = Path.Combine(AppContext.BaseDirectory, "TinyModels", "worst-case.onnx");

    /// <summary>Names of all bundles: tiny, and every folder of models/ that has a manifest.</summary>
    public static TheoryData<string> BundleNames() => [.. Trained().Prepend(Tiny).Select(folder => Path.GetFileName(folder))];

    /// <summary>Folder of a bundle that <see cref="BundleNames"/> named.</summary>
    public static string FolderOf(string name) =>
        name == Path.GetFileName(Tiny) ? Tiny : Path.Combine(RepositoryRoot.Find(), "models", name);

    private static IEnumerable<string> Trained()
    {
        string models = Path.Combine(RepositoryRoot.Find(), "models");
        return Directory.Exists(models)
            ? Directory.EnumerateDirectories(models).Where(folder =>
                File.Exists(Path.Combine(folder, "manifest.json"))).Order(StringComparer.Ordinal) : [];
    }
}

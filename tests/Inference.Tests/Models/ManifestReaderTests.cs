using Sluice.Inference.Models;

namespace Inference.Tests.Models;

/// <summary>Manifests of every format that ever was stay readable.</summary>
public sealed class ManifestReaderTests
{
    /// <summary>As bundles of 2026 had it, kept whatever becomes of models/.</summary>
    [Theory]
    [InlineData("mail", 512, "ham", "spam")]
    [InlineData("sst2", 64, "negative", "positive")]
    public void Manifests_of_format_1_go_on_loading(string name, int maxTokens, params string[] labels)
    {
        Manifest manifest = ManifestReader.Read(GoldenData.PathOf($"manifests/format-1/{name}"));
        Assert.Equal((1, name, "1.0.0", maxTokens, 2, true), (manifest.Format, manifest.Id, manifest.Version, manifest.MaxTokens,
            manifest.StudentCount, manifest.HasSwift));
        Assert.Equal(labels, manifest.Labels);
        Assert.Equal(
            ["group.1", "group.2", "head.1", "head.2", "student.1", "student.2", "swift", "teacher"],
            manifest.Graphs.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Training_writes_the_newest_format()
    {
        string bundle = File.ReadAllText(Path.Combine(RepositoryRoot.Find(), "training", "bundle.py"));
        Assert.Contains($"\nFORMAT = {Manifest.NewestFormat}\n", bundle, StringComparison.Ordinal);
    }
}

using System.Security.Cryptography;
using Sluice.Inference.Batching;
using Sluice.Inference.Modes;
using Sluice.Inference.Warmup;

namespace Inference.Tests.Warmup;

public sealed class CostStoreTests : IDisposable
{
    private static readonly CostFingerprint Here = new("a CPU", "1.30.0", "sha256:ab12");
    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-costs-").FullName;

    [Theory]
    [InlineData(0)]
    [InlineData(CostFile.MaxBytes + 1)]
    public void A_file_of_no_length_or_too_much_is_refused_by_its_path(int length)
    {
        string path = Kept();
        File.WriteAllBytes(path, RandomNumberGenerator.GetBytes(length));
        Assert.Empty(new CostStore(_folder).Load(Here, out string? refusal).Keys);
        Assert.StartsWith($"{path}: it has {length} bytes", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_be_put_in_its_place_leaves_nothing_behind()
    {
        string path = Kept();
        File.Delete(path);
        Directory.CreateDirectory(path);
        Assert.StartsWith(path, new CostStore(_folder).Save(Learned()), StringComparison.Ordinal);
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(_folder));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Kept()
    {
        Assert.Null(new CostStore(_folder).Save(Learned()));
        return Assert.Single(Directory.GetFiles(_folder));
    }

    private static CostModels Learned()
    {
        CostModels models = new(Here);
        Assert.True(models.TryAdd(new CostKey("teacher", Precision.Int8, 2), new CostSnapshot(BatchCost.Guess, 0.03, 300, true)));
        return models;
    }
}

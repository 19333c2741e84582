using System.Diagnostics;
using System.Text.Json.Nodes;
using Sluice.Inference.Models;

namespace FunctionalTests.Inference;

/// <summary>What stands in a bundle's folder, against its manifest.</summary>
public sealed class ModelBundleFilesTests
{
    [Fact]
    public void A_changed_byte_names_the_file_and_both_hashes()
    {
        using BundleCopy copy = new BundleCopy().Bytes("weights.bin", bytes => [.. bytes[..^1], (byte)(bytes[^1] + 1)]);
        copy.AssertRefused("weights.bin: expected SHA-256 ", ", found ");
    }

    [Fact]
    public void A_cut_file_names_both_sizes()
    {
        using BundleCopy copy = new BundleCopy().Bytes("vocab.txt", bytes => bytes[..100]);
        copy.AssertRefused("vocab.txt: expected ", "found 100");
    }

    [Fact]
    public void Every_file_that_is_missing_is_named()
    {
        using var copy = new BundleCopy();
        File.Delete(copy.PathOf("weights.bin"));
        File.Delete(copy.PathOf("golden.jsonl"));
        copy.AssertRefused("weights.bin: expected", "golden.jsonl: expected", "no such file");
    }

    [Theory]
    [InlineData("../vocab.txt")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../b")]
    public void A_file_outside_the_bundle_is_refused_unread(string name)
    {
        using BundleCopy copy = new BundleCopy().Manifest(manifest =>
            manifest["files"]![name] = new JsonObject { ["sha256"] = new string('0', 64), ["bytes"] = 1 });
        copy.AssertRefused($"expected file names inside the bundle, found '{name}'");
    }

    [Fact]
    public void A_bundle_of_links_loads_and_the_files_behind_them_are_checked()
    {
        using BundleCopy copy = new(), links = new();
        foreach (string path in Directory.GetFiles(links.Folder))
        {
            File.Delete(path);
            File.CreateSymbolicLink(path, copy.PathOf(Path.GetFileName(path)));
        }

        Assert.Equal("tiny", ModelBundle.Load(links.Folder).Identity.Id);
        copy.Bytes("vocab.txt", bytes => bytes[..100]);
        links.AssertRefused("vocab.txt: expected ", "found 100");
        File.Delete(copy.PathOf("vocab.txt"));
        links.AssertRefused("vocab.txt: expected ", "found no such file");
    }

    /// <summary>Whoever opens a FIFO waits until somebody writes into it.</summary>
    [Theory]
    [InlineData("manifest.json")]
    [InlineData("weights.bin")]
    public async Task What_is_no_regular_file_is_refused_unopened(string file)
    {
        using var copy = new BundleCopy();
        string path = copy.PathOf(file);
        File.Delete(path);
        using (Process made = Process.Start("mkfifo", [path])) await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        await RefusedSoonAsync("a FIFO");
        File.Delete(path);
        File.CreateSymbolicLink(path, "/dev/zero");
        await RefusedSoonAsync("a device");
        File.Delete(path);
        Directory.CreateDirectory(path);
        await RefusedSoonAsync("a folder");

        async Task RefusedSoonAsync(string kind) => await Task.Run(() => copy.AssertRefused($"{file}: expected a file", $"found {kind}"))
            .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_manifest_beyond_all_measure_is_refused_unread()
    {
        using var copy = new BundleCopy();
        using (FileStream manifest = File.OpenWrite(copy.PathOf("manifest.json"))) manifest.SetLength(1L << 32);
        copy.AssertRefused("manifest.json: expected at most 4194304 bytes, found 4294967296");
    }
}

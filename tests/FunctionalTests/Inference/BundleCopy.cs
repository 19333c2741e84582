using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;

namespace FunctionalTests.Inference;

/// <summary>A copy of the tiny bundle in a folder of its own, to be spoiled; deleted at the end.</summary>
internal sealed class BundleCopy : IDisposable
{
    public BundleCopy()
    {
        Folder = Directory.CreateTempSubdirectory("sluice-bundle-").FullName;
        foreach (string file in Directory.EnumerateFiles(Models.Tiny))
            File.Copy(file, PathOf(Path.GetFileName(file)));
    }

    public string Folder { get; }

    public string PathOf(string file) => Path.Combine(Folder, file);

    /// <summary>Changes the manifest as JSON.</summary>
    public BundleCopy Manifest(Action<JsonObject> change)
    {
        JsonObject manifest = JsonNode.Parse(File.ReadAllText(PathOf("manifest.json")))!.AsObject();
        change(manifest);
        File.WriteAllText(PathOf("manifest.json"), manifest.ToJsonString());
        return this;
    }

    /// <summary>Takes a precision's graphs out of the manifest.</summary>
    public BundleCopy Without(Precision precision) => Manifest(manifest =>
    {
        foreach ((string _, JsonNode? role) in manifest["graphs"]!.AsObject()) role!.AsObject().Remove(precision.Name());
    });

    /// <summary>Changes a file's bytes and leaves the manifest as it is.</summary>
    public BundleCopy Bytes(string file, Func<byte[], byte[]> change)
    {
        File.WriteAllBytes(PathOf(file), change(File.ReadAllBytes(PathOf(file))));
        return this;
    }

    /// <summary>Writes the file's present size and hash into the manifest, as someone would who means harm.</summary>
    public BundleCopy Sign(string file)
    {
        byte[] content = File.ReadAllBytes(PathOf(file));
        return Manifest(manifest => manifest["files"]![file] = new JsonObject { ["sha256"] = Hash(content), ["bytes"] = content.Length });
    }

    /// <summary>Replaces text in a binary file by text of the same length.</summary>
    public BundleCopy Replace(string file, string old, string with) =>
        Bytes(file, bytes => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(bytes).Replace(old, with, StringComparison.Ordinal)));

    /// <summary>Fails unless the bundle is refused in words that hold all of these.</summary>
    public void AssertRefused(params string[] says)
    {
        var error = Assert.Throws<BundleException>(() => ModelBundle.Load(Folder));
        Assert.All(says, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    public static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

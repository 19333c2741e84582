namespace Sluice.Inference.Models;

/// <summary>The files of a bundle that its manifest names, checked against it, and how to tell them from what takes their place later.
/// Immutable and thread-safe.</summary>
internal sealed class BundleFiles
{
    private readonly string _directory;
    private readonly Dictionary<string, FileStamp> _checked = new(StringComparer.Ordinal);

    /// <summary>Reads every file once.</summary>
    /// <exception cref="BundleException">Files are missing, no files, or of another size or hash; each is named.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public BundleFiles(string directory, Manifest manifest)
    {
        _directory = directory;
        string[] wrong = [.. manifest.Files.OrderBy(file => file.Key, StringComparer.Ordinal)
            .Select(file => Check(file.Key, file.Value)).OfType<string>()];
        if (wrong.Length > 0) throw new BundleException(directory, wrong);
    }

    /// <summary>Those of some files that are no longer the ones that were checked: replaced, written to, renamed or removed since, if only
    /// for a moment; a clause of each that names it. What was read of a file by its name is what was checked when it is not among them
    /// afterwards.</summary>
    public string[] Changed(params IEnumerable<string> names) =>
        [.. names.Where(name => FileStamp.Of(Path.Combine(_directory, name)) != _checked[name])
            .Select(name => $"{name} was replaced or written to after it was checked")];

    /// <summary>Refuses the bundle where any of its files is no longer the one that was checked.</summary>
    /// <exception cref="BundleException">Each that changed is named.</exception>
    public void RefuseChanges()
    {
        if (Changed(_checked.Keys) is { Length: > 0 } changed) throw BundleException.Changed(_directory, changed);
    }

    private string? Check(string name, Manifest.FileSection expected)
    {
        string path = Path.Combine(_directory, name);
        if (FileStamp.Of(path) is not { } found)
            return $"{name}: expected {expected.Bytes} bytes, found no such file";
        if (found.Kind != FileStamp.RegularFile) // reading of it may wait for ever
            return $"{name}: expected {FileStamp.RegularFile} of {expected.Bytes} bytes, found {found.Kind}";
        using FileStream stream = File.OpenRead(path);
        FileStamp stamp = FileStamp.Of(stream.SafeFileHandle); // before it is read: what is written meanwhile makes another one
        if (stamp.Bytes != expected.Bytes)
            return $"{name}: expected {expected.Bytes} bytes, found {stamp.Bytes}";
        _checked[name] = stamp;
        string sha256 = Convert.ToHexStringLower(Sha256.Of(stream));
        return sha256.Equals(expected.Sha256, StringComparison.OrdinalIgnoreCase)
            ? null
            : $"{name}: expected SHA-256 {expected.Sha256}, found {sha256}";
    }
}

namespace Sluice.Cli.Demo.Report;

/// <summary>
/// The file of <c>--json</c>: written beside its place and moved there when it is whole, so that a run that fails leaves nothing, nor takes
/// away what was there.
/// </summary>
internal sealed class ReportFile : IDisposable
{
    private readonly string _place;
    private readonly string _written;
    private readonly FileStream _stream;

    /// <summary>Opens it at once, so that a name that cannot be written costs no run.</summary>
    /// <exception cref="IOException">There is no such folder, or the place is a folder.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not write there.</exception>
    public ReportFile(string path)
    {
        _place = Path.GetFullPath(path);
        if (Directory.Exists(_place)) throw new IOException($"--json {path} is a folder; name a file.");
        // A pipe or a terminal (/dev/stdout) is written to as it is.
        bool isDevice = _place.StartsWith("/dev/", StringComparison.Ordinal) || _place.StartsWith("/proc/", StringComparison.Ordinal);
        _written = isDevice ? _place : $"{_place}.{Environment.ProcessId}.part";
        string folder = Path.GetDirectoryName(_place)!;
        if (!Directory.Exists(folder)) throw new IOException($"--json {path}: there is no folder {folder}; make it, or name another.");
        try
        {
            _stream = new FileStream(_written, isDevice ? FileMode.Open : FileMode.Create, FileAccess.Write);
        }
        catch (UnauthorizedAccessException e) when (!isDevice) // whose message names a file that nobody asked for
        {
            throw new UnauthorizedAccessException($"--json {path}: this user may not write in the folder {folder}; name another.", e);
        }
    }

    /// <summary>Writes the report and puts it in its place; once.</summary>
    public void Write(DemoReport report)
    {
        ReportJson.Write(report, _stream);
        _stream.Dispose();
        if (_written != _place) File.Move(_written, _place, overwrite: true);
    }

    public void Dispose()
    {
        _stream.Dispose();
        if (_written != _place) File.Delete(_written);
    }
}

namespace FunctionalTests;

/// <summary>The program in a folder of its own, of links but for one file; deleted at the end.</summary>
internal sealed class ProgramCopy : IDisposable
{
    /// <param name="without">The file that is left out.</param>
    public ProgramCopy(string without)
    {
        foreach (string file in Directory.GetFiles(AppContext.BaseDirectory))
        {
            string name = Path.GetFileName(file), there = Path.Combine(Folder, name);
            // The program's folder is that of the file that a link points to.
            if (name == "Sluice.Cli.dll" || name.EndsWith(".json", StringComparison.Ordinal)) File.Copy(file, there);
            else if (name != without) File.CreateSymbolicLink(there, file);
        }
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("sluice-program-").FullName;

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

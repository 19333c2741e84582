namespace Worker.Tests.Configuration;

/// <summary>A folder with files of settings, for the length of a test.</summary>
internal sealed class SecretFolder : IDisposable
{
    public SecretFolder(params (string Name, string Text)[] files)
    {
        foreach ((string name, string text) in files) File.WriteAllText(System.IO.Path.Combine(Path, name), text);
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("sluice-secrets-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

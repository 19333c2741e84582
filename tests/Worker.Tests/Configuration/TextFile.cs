namespace Worker.Tests.Configuration;

/// <summary>A file with some text, for the length of a test.</summary>
internal sealed class TextFile : IDisposable
{
    public TextFile(string text) => File.WriteAllText(Path, text);

    public string Path { get; } = System.IO.Path.GetTempFileName();

    public void Dispose() => File.Delete(Path);
}

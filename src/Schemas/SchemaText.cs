namespace Sluice.Schemas;

/// <summary>The schemas that travel with the program.</summary>
internal static class SchemaText
{
    /// <summary>The text of an .avsc file in this folder, as it is written there.</summary>
    /// <param name="file">Its name, such as <c>document.avsc</c>.</param>
    public static string Read(string file)
    {
        using Stream stream = typeof(SchemaText).Assembly.GetManifestResourceStream(file)
            ?? throw new System.Diagnostics.UnreachableException($"The program lacks its schema {file}. This is a bug.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

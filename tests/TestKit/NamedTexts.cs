namespace TestKit;

/// <summary>
/// Golden lines over texts whose licence does not allow them in the repository: in the folder that <c>SLUICE_TEST_TEXTS</c> names, else in
/// the shared folder's vectors.
/// </summary>
internal static class NamedTexts
{
    /// <summary>The path of a file there; skips the test that asks where there is none.</summary>
    /// <exception cref="FileNotFoundException">SLUICE_TEST_TEXTS names a folder without it.</exception>
    public static string PathOf(string relative)
    {
        if (Environment.GetEnvironmentVariable("SLUICE_TEST_TEXTS") is { Length: > 0 } folder)
        {
            string named = Path.Combine(folder, relative);
            return File.Exists(named)
                ? named
                : throw new FileNotFoundException($"SLUICE_TEST_TEXTS names {folder}, which has no {relative}.", named);
        }

        string? shared = SharedFolder.Find(Path.Combine("vectors", relative));
        if (shared is null) Need.Texts.Missing("SLUICE_TEST_TEXTS names no folder");
        return shared;
    }
}

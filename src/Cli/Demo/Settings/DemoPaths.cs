namespace Sluice.Cli.Demo.Settings;

/// <summary>
/// Where the demo finds its things; <c>./sluice</c> sets the variables, and a program started otherwise looks around itself.
/// </summary>
internal static class DemoPaths
{
    /// <summary>
    /// The repository: <c>$SLUICE_ROOT</c>, else the nearest folder above the program that holds Streaming.sln, else the working folder.
    /// </summary>
    public static string Root
    {
        get
        {
            if (Environment.GetEnvironmentVariable("SLUICE_ROOT") is { Length: > 0 } given)
                return given;
            for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "Streaming.sln")))
                    return folder.FullName;
            }

            return Environment.CurrentDirectory;
        }
    }

    /// <summary>The bundle of the mail task.</summary>
    public static string MailModel => Path.Combine(Root, "models", "mail");

    /// <summary>The mails that the model has never seen.</summary>
    public static string HeldOutMails => Path.Combine(Root, "data", "mail", "test.avro");
}

using Sluice.Cli.Demo.Report;

namespace Cli.Tests.Demo;

public sealed class ReportFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-report-").FullName;

    private string Place => Path.Combine(_folder, "report.json");

    [Fact]
    public void A_run_that_fails_leaves_the_folder_as_it_was()
    {
        using (new ReportFile(Place)) Assert.False(File.Exists(Place));
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_run_that_fails_leaves_an_older_report_alone()
    {
        File.WriteAllText(Place, "old");
        using (new ReportFile(Place))
        {
        }

        Assert.Equal("old", File.ReadAllText(Place));
    }

    [Fact]
    public void A_report_takes_the_place_of_an_older_one()
    {
        File.WriteAllText(Place, "old");
        using (ReportFile file = new(Place)) file.Write(ReportTests.SomeReport());
        Assert.StartsWith("{", File.ReadAllText(Place), StringComparison.Ordinal);
        Assert.Equal([Place], Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_refused_before_the_run()
    {
        string missing = Path.Combine(_folder, "none"), place = Path.Combine(missing, "report.json");
        Assert.Equal($"--json {place}: there is no folder {missing}; make it, or name another.",
            Assert.ThrowsAny<IOException>(() => new ReportFile(place)).Message);
        Assert.ThrowsAny<IOException>(() => new ReportFile(_folder));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using FunctionalTests.Commands;
using FunctionalTests.Inference;

namespace FunctionalTests.Package;

/// <summary>Sluice.Inference as a package: what is in it, and that the program of README labels with it.</summary>
public sealed class PackageTests(PackageUser user) : IClassFixture<PackageUser>
{
    private static readonly string[] Texts = ["free money, click here", "See you at the meeting on Monday.", ""];

    public static TheoryData<string> Bundles => Models.BundleNames();

    [Theory]
    [MemberData(nameof(Bundles))]
    public async Task The_program_that_README_shows_labels_as_classify_does(string name)
    {
        string bundle = Models.FolderOf(name);
        string lines = string.Join('\n', Texts.Select(text => JsonSerializer.Serialize(new { text })));
        (int code, string answers, string errors) =
            await SluiceProcess.RunAsync(Encoding.UTF8.GetBytes(lines), "classify", "--model", bundle);
        Assert.Equal((0, ""), (code, errors));
        string[] expected = [.. answers.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(AsReadmePrintsIt)];
        Assert.Equal(expected, await user.LabelAsync(bundle, Texts));
    }

    [Theory]
    [InlineData]
    [InlineData("models/mail", "free money, click here")] // as from the clone, but the program is elsewhere
    [InlineData("/", "free money, click here")]
    public async Task The_program_that_README_shows_says_what_to_give_where_no_bundle_is_named(params string[] arguments) =>
        Assert.Equal((1, "Give a bundle and texts.\n"), await user.StartAsync(arguments));

    [Fact]
    public async Task A_program_that_uses_ONNX_Runtime_already_is_served_alike() =>
        Assert.Equal(await user.LabelAsync(Models.Tiny, Texts), await user.LabelAsync(Models.Tiny, Texts, usesOnnxRuntime: true));

    [Fact]
    public void It_has_the_kernel_and_the_documentation_and_an_ordinary_library()
    {
        using ZipArchive package = ZipFile.OpenRead(user.Package);
        Assert.Equal(
            ["LICENSE", "NOTICE", "README.md", "lib/net10.0/Sluice.Inference.dll", "lib/net10.0/Sluice.Inference.xml",
                "runtimes/linux-x64/native/libsluice_kernels.so"],
            package.Entries.Select(entry => entry.FullName)
                .Where(path => path.Split('/')[0] is not ("_rels" or "package" or "[Content_Types].xml" or "Sluice.Inference.nuspec"))
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void It_depends_on_ONNX_Runtime_for_the_CPU_alone()
    {
        using ZipArchive package = ZipFile.OpenRead(user.Package);
        using Stream nuspec = package.GetEntry("Sluice.Inference.nuspec")!.Open();
        XElement[] dependencies = [.. XDocument.Load(nuspec).Descendants().Where(element => element.Name.LocalName == "dependency")];
        Assert.Equal(["Microsoft.ML.OnnxRuntime"], dependencies.Select(one => (string?)one.Attribute("id")));
        // A program that gets no native assets of it has no ONNX Runtime.
        Assert.All(dependencies, one => Assert.DoesNotContain("Native", (string?)one.Attribute("exclude"), StringComparison.Ordinal));
    }

    /// <summary>A line of classify as the program of README writes it.</summary>
    private static string AsReadmePrintsIt(string answer)
    {
        JsonElement read = JsonElement.Parse(answer);
        IEnumerable<string> scores = read.GetProperty("scores").EnumerateObject()
            .Select(score => $"{score.Name} {score.Value.GetSingle().ToString(CultureInfo.InvariantCulture)}");
        return $"{read.GetProperty("label")}: {string.Join(", ", scores)} of {read.GetProperty("tokens")} tokens";
    }
}
